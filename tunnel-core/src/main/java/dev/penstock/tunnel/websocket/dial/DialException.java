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
  private final transient @Nullable DialAnswer answer;

  DialException(DialStep step, @Nullable String message, @Nullable Throwable cause) {
    this(step, message, null, null, cause);
  }

  /**
   * Made also by those who find, after the 101, that what was opened does not do.
   *
   * @param answer what answered the upgrade; null if nothing did
   */
  public DialException(
      DialStep step,
      @Nullable String message,
      @Nullable DialAnswer answer,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, cause);
    this.step = step;
    this.httpStatus = answer == null ? 0 : answer.status();
    this.retryAfter = retryAfter;
    this.answer = answer;
  }

  /** The step that failed. */
  public DialStep step() {
    return step;
  }

  /** What answered the upgrade, if anything did; its body if the {@link DialTarget} asks for it. */
  public Optional<DialAnswer> answer() {
    return Optional.ofNullable(answer);
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
