package dev.penstock.client.registry;

import dev.penstock.client.registry.http.Explanation;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A read that the registry did not fulfil: what failed, where, and what to do about it. The message
 * is for callers, and tells of the customer's network no more than the registry's name; {@link
 * Explanation#of} tells the customer all.
 */
public final class RegistryException extends Exception {
  private static final long serialVersionUID = 1;

  /** Why; each kind is answered differently by whoever asked. */
  public enum Kind {
    /** The registry knows no such repository, blob or manifest. */
    NOT_FOUND,
    /** The registry, or its token server, refuses the customer's credentials. */
    DENIED,
    /** the range begins past the end of the blob. */
    OUT_OF_RANGE,
    /** No connection, or one that broke or fell silent. */
    UNREACHABLE,
    /** The registry answers 5xx. */
    FAILING,
    /** The registry answers 429. */
    THROTTLED,
    /** Fewer bytes than announced: the connection ended before the last. */
    TRUNCATED,
    /** More or other bytes than announced. */
    CORRUPT,
    /** A manifest above the limit. */
    TOO_LARGE,
    /** The registry does something that the specification does not provide for. */
    UNSUPPORTED
  }

  private final Kind kind;
  private final @Nullable Duration retryAfter;

  private RegistryException(
      Kind kind, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
    super(message, cause);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  RegistryException(Kind kind, String message) {
    this(kind, message, null, null);
  }

  RegistryException(Kind kind, String message, Throwable cause) {
    this(kind, message, cause, null);
  }

  /** The same failure, of a registry that asks to be left alone for that long. */
  RegistryException withRetryAfter(Duration wait) {
    String told = "%s; it asks to come back in %d s".formatted(getMessage(), wait.toSeconds());
    return new RegistryException(kind, told, this, wait);
  }

  /** Why. */
  public Kind kind() {
    return kind;
  }

  /** How long the registry asks to be left alone; empty when it does not. */
  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
