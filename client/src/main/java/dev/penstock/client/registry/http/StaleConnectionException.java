package dev.penstock.client.registry.http;

import java.io.IOException;

/** A kept connection that had ended before the request got there; worth one other try. */
final class StaleConnectionException extends IOException {
  private static final long serialVersionUID = 1;

  StaleConnectionException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
