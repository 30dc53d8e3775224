package dev.penstock.client.registry.http;

import java.io.IOException;

/** A redirect that was not followed: too many, unsafe or malformed; the message says which. */
public final class RefusedRedirectException extends IOException {
  private static final long serialVersionUID = 1;

  RefusedRedirectException(String message) {
    super(message);
  }
}
