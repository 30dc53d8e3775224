package dev.penstock.tunnel.websocket.dial;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A dial that did not become a WebSocket: what happened, and at which step. */
public final class DialException extends IOException {
  private static final long serialVersionUID = 1;

  private final DialStep step;
  private final int httpStatus;
  private final @Nullable Duration retryAfter;

  DialException(DialStep step, @Nullable String message, @Nullable Throwable cause) {
    this(step, message, 0, null, cause);
  }

  DialException(
      DialStep step,
      @Nullable String message,
      int httpStatus,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, cause);
    this.step = step;
    this.httpStatus = httpStatus;
    this.retryAfter = retryAfter;
  }

  /** The step that failed. */
  public DialStep step() {
    return step;
  }

  /** The status with which the upgrade was answered, if it was. */
  public Optional<Integer> httpStatus() {
    return httpStatus == 0 ? Optional.empty() : Optional.of(httpStatus);
  }

  /** How long the server asked us to stay away ({@code Retry-After}, RFC 9110 §10.2.3). */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
