package dev.penstock.server.fetch;

import dev.penstock.server.access.RequestId;
import io.grpc.Status;
import java.util.Optional;

/** A fetch that did not succeed; the message says what happened and where. */
public final class FetchException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean corrupt;

  private FetchException(String message, boolean corrupt, Throwable cause) {
    super(message, cause);
    this.corrupt = corrupt;
  }

  /**
   * Of how a call ended.
   *
   * @param requestId the id of the call, if it is known
   */
  static FetchException of(Status status, Optional<RequestId> requestId) {
    String description = status.getDescription();
    return new FetchException(
        status.getCode()
            + (description == null ? "" : ": " + firstLine(description) + why(status))
            + requestId.map(id -> " (request " + id + ")").orElse(""),
        status.getCode() == Status.Code.DATA_LOSS,
        status.asException());
  }

  /** What gRPC adds below the first line is about its own handlers. */
  private static String firstLine(String description) {
    return description.lines().findFirst().orElse("");
  }

  /** A status that came over the wire has no cause; one that has is about the connection itself. */
  private static String why(Status status) {
    Throwable root = status.getCause();
    if (root == null) {
      return "";
    }
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return " ("
        + firstLine(String.valueOf(root.getMessage()))
        + "); is --api the server's API port, and does it speak TLS (--tls, --tls-ca)?";
  }

  /** Whether bytes came that are not what the digest names. */
  public boolean isCorrupt() {
    return corrupt;
  }
}
