package dev.penstock.server.fetch;

import io.grpc.Status;

/** A fetch that did not succeed; the message says what happened and where. */
public final class FetchException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean corrupt;

  private FetchException(String message, boolean corrupt, Throwable cause) {
    super(message, cause);
    this.corrupt = corrupt;
  }

  static FetchException of(Status status) {
    String description = status.getDescription();
    return new FetchException(
        status.getCode() + (description == null ? "" : ": " + description),
        status.getCode() == Status.Code.DATA_LOSS,
        status.asException());
  }

  /** Whether bytes came that are not what the digest names. */
  public boolean isCorrupt() {
    return corrupt;
  }
}
