package dev.penstock.client.registry;

import com.google.gson.stream.JsonToken;
import dev.penstock.client.names.InvalidNameException;
import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.http.Errand;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists names page by page. A registry's next link decides where a list goes on. Without one, a
 * page of exactly as many names as were asked for may have a next one, and any other is the last
 * (distribution specification 1.1, "Listing Tags"); then the list goes on after its last name.
 *
 * <p>Registries that know nothing of pages give the whole list each time. They show when a page
 * holds the very name after which it was to begin, and what was given before is taken off.
 */
final class NameListing {
  private static final Logger log = LoggerFactory.getLogger(NameListing.class);
  private static final String ACCEPT = "application/json";

  private final ListReading reading;
  private final URI registry;

  NameListing(ListReading reading, URI registry) {
    this.reading = reading;
    this.registry = registry;
  }

  <T> CompletableFuture<Page<T>> page(
      NameList<T> list, PageRequest request, Failures failures, Errand errand) {
    ListSource source = new ListSource(registry, list.path(), request.query());
    return names(list, source, failures, errand)
        .thenCompose(
            answered ->
                answered.next() != null || !request.asksForSize()
                    ? completed(page(list, answered.names(), answered.next(), failures))
                    : withoutLink(list, request, answered.names(), failures, errand));
  }

  private <T> CompletableFuture<Page<T>> withoutLink(
      NameList<T> list, PageRequest request, List<String> names, Failures failures, Errand errand) {
    boolean isFull = names.size() == request.size();
    int seen = request.lastName().map(names::lastIndexOf).orElse(-1);
    List<String> fresh = names.subList(seen + 1, names.size());
    if (!isFull) {
      return completed(page(list, fresh, null, failures));
    }
    return fresh.isEmpty()
        ? endOfRepeating(list, names.size(), failures, errand)
        : completedAfter(list, fresh, failures);
  }

  /** What one request brings: names of any form, and the registry's own next page. */
  private record Answered(List<String> names, @Nullable PageToken next) {}

  private <T> CompletableFuture<Answered> names(
      NameList<T> list, ListSource source, Failures failures, Errand errand) {
    return reading
        .read(source, ACCEPT, list.scope(), failures, errand)
        .thenCompose(
            answer -> {
              try {
                if (!answer.isPage()) {
                  throw list.failure(answer, failures);
                }
                return completed(
                    new Answered(
                        names(answer.body(), list.member(), failures),
                        source.nextOf(answer, failures)));
              } catch (RegistryException e) {
                return CompletableFuture.failedFuture(e);
              }
            });
  }

  /** What is no string counts as the empty one, which is no name either. */
  private static List<String> names(ByteBuffer body, String member, Failures failures)
      throws RegistryException {
    List<String> names = new ArrayList<>();
    ListedArray.each(
        body,
        member,
        json -> {
          if (json.peek() == JsonToken.STRING) {
            names.add(json.nextString());
          } else {
            json.skipValue();
            names.add("");
          }
        },
        failures);
    return names;
  }

  private static <T> CompletableFuture<Page<T>> completedAfter(
      NameList<T> list, List<String> names, Failures failures) {
    try {
      PageToken next = PageToken.after(names.get(names.size() - 1));
      return completed(page(list, names, next, failures));
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(
          failures.of(
              Kind.UNSUPPORTED,
              "the registry gives no next link, and the last name of the page is too long for"
                  + " one"));
    }
  }

  /**
   * The page ended with the name after which it was to begin: the registry ignores that name. If it
   * ignores the page size, too, the list happens to be that long, and all of it was given before.
   * One name more tells.
   */
  private <T> CompletableFuture<Page<T>> endOfRepeating(
      NameList<T> list, int size, Failures failures, Errand errand) {
    ListSource longer = new ListSource(registry, list.path(), "n=" + (size + 1));
    return names(list, longer, failures, errand)
        .thenCompose(
            answered ->
                answered.names().size() > size
                    ? CompletableFuture.failedFuture(
                        failures.of(
                            Kind.UNSUPPORTED,
                            "the registry gives the same page again and has no next link; a larger"
                                + " page_size gets more of the list"))
                    : completed(new Page<>(List.of(), null)));
  }

  private static <T> Page<T> page(
      NameList<T> list, List<String> names, @Nullable PageToken next, Failures failures) {
    List<T> parsed = new ArrayList<>(names.size());
    for (String name : names) {
      try {
        parsed.add(list.parser().apply(name));
      } catch (InvalidNameException e) {
        log.trace("{}: {}", failures.what(), e.getMessage());
      }
    }
    if (parsed.size() < names.size()) {
      log.debug(
          "{}: {} of {} entries left out, which are not valid names",
          failures.what(),
          names.size() - parsed.size(),
          names.size());
    }
    return new Page<>(parsed, next);
  }

  private static <T> CompletableFuture<T> completed(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
