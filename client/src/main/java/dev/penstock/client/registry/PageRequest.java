package dev.penstock.client.registry;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list of names is wanted.
 *
 * @param size how many names to ask the registry for, which may give fewer or more
 * @param token null: the first page
 */
public record PageRequest(int size, @Nullable PageToken token) {
  static final int DEFAULT_SIZE = 100;

  /** As many as the usual registry gives at once; distribution refuses to be asked for more. */
  static final int MAX_SIZE = 1000;

  /** Takes 0 for the default, and cuts at the maximum. */
  public PageRequest {
    if (size < 0) {
      throw new IllegalArgumentException("page_size must not be negative");
    }
    size = size == 0 ? DEFAULT_SIZE : Math.min(size, MAX_SIZE);
  }

  /** Goes on after a name; small pages would be many requests, since nobody sees these. */
  public PageRequest onAfter(String name) {
    return new PageRequest(Math.max(size, DEFAULT_SIZE), PageToken.after(name));
  }

  /** The query to send to the registry. */
  String query() {
    String first = "n=" + size;
    return token == null
        ? first
        : token.link().orElseGet(() -> first + "&last=" + token.last().orElseThrow());
  }

  /** The name after which the page begins, where the registry's own link does not say it. */
  Optional<String> lastName() {
    return token == null || token.last().isEmpty() ? Optional.empty() : token.name();
  }

  /** Whether the registry has been asked for {@link #size} names, and not for what a link says. */
  boolean asksForSize() {
    return token == null || token.last().isPresent();
  }
}
