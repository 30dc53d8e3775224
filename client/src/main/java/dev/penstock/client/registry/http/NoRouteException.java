package dev.penstock.client.registry.http;

import java.io.IOException;

/** The way to an origin is not known, as when the proxy's password cannot be read; says why. */
public final class NoRouteException extends IOException {
  private static final long serialVersionUID = 1;

  NoRouteException(String message, Throwable cause) {
    super(message, cause);
  }
}
