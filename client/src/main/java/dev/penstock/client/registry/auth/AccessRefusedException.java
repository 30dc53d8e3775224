package dev.penstock.client.registry.auth;

import java.io.IOException;

/** The registry or its token server does not accept what the customer gave; says what to give. */
public final class AccessRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  AccessRefusedException(String message) {
    super(message);
  }
}
