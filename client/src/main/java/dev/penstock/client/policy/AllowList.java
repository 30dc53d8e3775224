package dev.penstock.client.policy;

import dev.penstock.client.names.Repository;
import java.util.List;

/** The repositories that callers may read: those that at least one pattern names, no others. */
public record AllowList(List<AllowPattern> patterns) {

  /** Copies the patterns; an empty list allows nothing. */
  public AllowList {
    patterns = List.copyOf(patterns);
  }

  /** An allow list of patterns given as text, such as {@code team/**}. */
  public static AllowList of(String... patterns) {
    return new AllowList(List.of(patterns).stream().map(AllowPattern::new).toList());
  }

  /** Whether this repository may be read. */
  public boolean allows(Repository repository) {
    return patterns.stream().anyMatch(allow -> allow.pattern().matches(repository));
  }

  /** The same as a policy: every operation, in every registry. */
  public Policy policy() {
    return Policy.allowing(patterns.stream().map(AllowPattern::pattern).toList());
  }
}
