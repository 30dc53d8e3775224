package dev.penstock.tunnel.session;

import dev.penstock.tunnel.websocket.dial.DialException;
import java.time.Duration;

/**
 * A dial that did not attach.
 *
 * @param refused true for 401 and 403: trying again will not help until somebody acts
 * @param message what happened, where, and what to do; for people, without secrets
 * @param retryIn the wait until the next attempt
 */
public record DialFailure(boolean refused, String message, Duration retryIn) {

  /** What {@code failure} means, with the wait that {@code backoff} draws. */
  static DialFailure of(Exception failure, Backoff backoff) {
    if (failure instanceof DialException dial) {
      int status = dial.httpStatus().orElse(0);
      boolean refused = status == 401 || status == 403;
      Duration wait = backoff.next(refused, dial.retryAfter().orElse(null));
      return new DialFailure(refused, words(dial), wait);
    }
    // Not a network condition: a token that cannot be read, or a defect. Said, and tried again.
    return new DialFailure(false, "cannot dial: " + words(failure), backoff.next(false, null));
  }

  private static String words(Exception failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
