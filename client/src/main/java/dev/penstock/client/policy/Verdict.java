package dev.penstock.client.policy;

import java.util.Optional;
import java.util.OptionalLong;

/** What a {@link Policy} says to an {@link Access}, and by which rule. */
public sealed interface Verdict {
  /** Whether the access may go on. */
  boolean isAllowed();

  /** For people: the rule, and what it says. */
  String reason();

  /**
   * It may go on.
   *
   * @param rule the name of the rule that allows it
   * @param largestBlobBytes what a blob that is fetched may have at most; empty: any size
   */
  record Allowed(String rule, OptionalLong largestBlobBytes) implements Verdict {
    /** Whether a blob of this size may be fetched. */
    public boolean permits(long blobBytes) {
      return largestBlobBytes.isEmpty() || blobBytes <= largestBlobBytes.getAsLong();
    }

    /** For people: why a larger blob may not be fetched; of a verdict that has a largest one. */
    public String limit() {
      return "rule '%s' allows blobs of at most %d bytes"
          .formatted(rule, largestBlobBytes.orElseThrow());
    }

    @Override
    public boolean isAllowed() {
      return true;
    }

    @Override
    public String reason() {
      return largestBlobBytes.isEmpty()
          ? "rule '%s' allows it".formatted(rule)
          : "rule '%s' allows it, and blobs of at most %d bytes"
              .formatted(rule, largestBlobBytes.getAsLong());
    }
  }

  /**
   * It may not.
   *
   * @param rule the name of the rule that denies it; empty when no rule allows it
   */
  record Denied(Optional<String> rule) implements Verdict {
    @Override
    public boolean isAllowed() {
      return false;
    }

    @Override
    public String reason() {
      return rule.map("rule '%s' denies it"::formatted).orElse("no rule allows it");
    }
  }
}
