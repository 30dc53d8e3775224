package dev.penstock.client.registry.http;

import java.io.IOException;
import java.time.Duration;

/** A request to which no answer began in time. */
public final class LateAnswerException extends IOException {
  private static final long serialVersionUID = 1;

  LateAnswerException(Duration timeout) {
    super("no answer within " + timeout.toMillis() + " ms");
  }
}
