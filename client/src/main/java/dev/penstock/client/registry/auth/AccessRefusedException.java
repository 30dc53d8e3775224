package dev.penstock.client.registry.auth;

import java.io.IOException;

/** The registry or its token server wants other credentials; the customer has to act. */
public final class AccessRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  AccessRefusedException(String message) {
    super(message);
  }

  /**
   * With what the customer's log shall say.
   *
   * @param cause not for callers
   */
  AccessRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
