package dev.penstock.client.registry.http;

import java.io.IOException;

/**
 * What is for the customer's own eyes and not for callers: names of hosts, users and files. It is
 * only ever the cause of a failure whose message callers may have; {@link Explanation} shows both.
 */
public final class DetailException extends IOException {
  private static final long serialVersionUID = 1;

  /** With a message for the customer. */
  public DetailException(String message) {
    super(message);
  }
}
