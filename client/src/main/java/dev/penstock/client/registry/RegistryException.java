package dev.penstock.client.registry;

/** A read that the registry did not fulfil: what failed, where, and what to do about it. */
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

  RegistryException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  RegistryException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Why. */
  public Kind kind() {
    return kind;
  }
}
