package dev.penstock.client.registry.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A user name, and where the password is. It is read when a registry asks, so that a rotated
 * password needs no restart.
 */
public record BasicCredentials(String username, PasswordSource password) {

  /** Refuses a user name that Basic cannot carry (RFC 7617 §2). */
  public BasicCredentials {
    if (username.isEmpty() || username.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "registry-username must not be empty and must not contain ':'");
    }
  }

  /** The value of an Authorization header. */
  String header() throws IOException {
    String pair = username + ":" + readPassword();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private String readPassword() throws AccessRefusedException {
    try {
      return password.readPassword();
    } catch (IOException e) {
      throw new AccessRefusedException("the registry's password: " + e.getMessage());
    }
  }
}
