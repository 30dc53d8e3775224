package dev.penstock.client.registry.http;

import java.io.IOException;

/**
 * A redirect that was not followed: too many, unsafe or malformed. The message says which, and
 * names no host; its cause does.
 */
public final class RefusedRedirectException extends IOException {
  private static final long serialVersionUID = 1;

  RefusedRedirectException(String message, String detail) {
    super(message, new DetailException(detail));
  }
}
