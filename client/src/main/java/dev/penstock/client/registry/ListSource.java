package dev.penstock.client.registry;

import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.http.Origin;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a page is asked of.
 *
 * @param registry its URL, without {@code /v2/}
 * @param path from {@code /v2/} on
 * @param query empty: none
 */
record ListSource(URI registry, String path, String query) {

  /** What follows the registry's URL. */
  String target() {
    return query.isEmpty() ? path : path + "?" + query;
  }

  /** The next page by the registry's own word; null: it says of none. */
  @Nullable PageToken nextOf(ListAnswer answer, Failures failures) throws RegistryException {
    Optional<String> link = LinkHeader.next(answer.links());
    return link.isEmpty() ? null : next(link.get(), failures);
  }

  /**
   * From the target of a next link to a token. Of the link nothing is taken but its query: the
   * client asks its own registry for the same list, whatever the link says. One that says something
   * else is refused all the same, since its query would be meant for that.
   */
  private PageToken next(String link, Failures failures) throws RegistryException {
    int mark = link.indexOf('?');
    String next = mark < 0 ? "" : link.substring(mark + 1);
    if (!isHere(mark < 0 ? link : link.substring(0, mark))) {
      throw failures.of(
          Kind.UNSUPPORTED, "the registry's next page is at another host or path; not followed");
    }
    if (next.isEmpty() || next.equals(query)) {
      throw failures.of(
          Kind.UNSUPPORTED, "the registry's next page is this page again; the list has no end");
    }
    return token(next).orElseThrow(() -> malformed(failures));
  }

  private boolean isHere(String place) {
    if (place.isEmpty()) {
      return true;
    }
    try {
      URI asked = new URI(registry + path);
      URI named = asked.resolve(new URI(place));
      // A registry behind a proxy that takes a prefix off the path does not know of the prefix.
      boolean isSamePath = asked.getPath().equals(named.getPath()) || path.equals(named.getPath());
      return isSamePath && Origin.of(asked).equals(Origin.of(named));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static Optional<PageToken> token(String query) {
    try {
      return Optional.of(PageToken.ofLink(query));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static RegistryException malformed(Failures failures) {
    return failures.of(
        Kind.UNSUPPORTED,
        "the registry's next page has a malformed query, or one of more than %d characters"
            .formatted(PageToken.MAX_CHARS));
  }
}
