package dev.penstock.tunnel.connection;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** No connection: what happened, and at which step. */
public final class ConnectException extends IOException {
  private static final long serialVersionUID = 1;

  private final ConnectStep step;
  private final String reason;

  ConnectException(ConnectStep step, String message, String reason, @Nullable Throwable cause) {
    super(message, cause);
    this.step = step;
    this.reason = reason;
  }

  /** The step that failed. */
  public ConnectStep step() {
    return step;
  }

  /** What happened, in words that name no host and no user: for those who need not know them. */
  public String reason() {
    return reason;
  }
}
