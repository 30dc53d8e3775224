package dev.penstock.client.registry.http;

import java.io.IOException;

/** A body that was to be kept in memory and is larger than its limit. */
public final class BodyTooLargeException extends IOException {
  private static final long serialVersionUID = 1;

  BodyTooLargeException(int maxBytes) {
    super("the response is larger than " + maxBytes + " bytes");
  }
}
