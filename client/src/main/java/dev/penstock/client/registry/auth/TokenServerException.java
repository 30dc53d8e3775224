package dev.penstock.client.registry.auth;

import dev.penstock.client.registry.http.DetailException;
import dev.penstock.client.registry.http.Origin;
import java.io.IOException;
import java.net.URI;

/** A token server that gave no token for now. The message names no host; the cause does. */
public final class TokenServerException extends IOException {
  private static final long serialVersionUID = 1;

  TokenServerException(String message, URI server) {
    super(message, new DetailException("it is " + Origin.of(server)));
  }
}
