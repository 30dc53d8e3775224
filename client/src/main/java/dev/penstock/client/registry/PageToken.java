package dev.penstock.client.registry;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a list goes on, in the form that callers keep between two pages: {@code link:} and the
 * query of the registry's own next link, or {@code last:} and the last name of the page before, for
 * registries that give no link.
 *
 * <p>It comes back from outside, and so it is nothing but characters of a query (RFC 3986 §3.4),
 * and few enough for a request line. Host, path and repository are never taken from it.
 */
public record PageToken(String value) {
  static final int MAX_CHARS = 4096;

  private static final String LINK = "link:";
  private static final String LAST = "last:";
  private static final Pattern QUERY = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*+");
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when no page can have given it; it is not quoted
   */
  public PageToken {
    boolean hasKind = value.startsWith(LINK) || value.startsWith(LAST);
    if (!hasKind
        || value.length() > MAX_CHARS
        || !QUERY.matcher(value).matches()
        || BAD_ESCAPE.matcher(value).find()) {
      throw new IllegalArgumentException(
          "page_token is not one that a page gave; pass on next_page_token as it is, or begin anew"
              + " without");
    }
  }

  /** Goes on with the query of a next link. */
  static PageToken ofLink(String query) {
    return new PageToken(LINK + query);
  }

  /** Goes on after a name, at registries that know of {@code last} (all, by the specification). */
  public static PageToken after(String name) {
    return new PageToken(LAST + URLEncoder.encode(name, StandardCharsets.UTF_8));
  }

  /** The query of a link; empty when the token is the name to go on after. */
  Optional<String> link() {
    return rest(LINK);
  }

  /** The name to go on after, as it stands in a query; empty when the token is a link's. */
  Optional<String> last() {
    return rest(LAST);
  }

  /** The name to go on after, whichever kind of token holds it; empty when it shows none. */
  public Optional<String> name() {
    return last()
        .or(() -> link().flatMap(PageToken::lastOf))
        .map(name -> URLDecoder.decode(name, StandardCharsets.UTF_8));
  }

  private static Optional<String> lastOf(String query) {
    return Arrays.stream(query.split("&"))
        .filter(parameter -> parameter.startsWith("last="))
        .map(parameter -> parameter.substring("last=".length()))
        .findFirst();
  }

  private Optional<String> rest(String kind) {
    return value.startsWith(kind) ? Optional.of(value.substring(kind.length())) : Optional.empty();
  }
}
