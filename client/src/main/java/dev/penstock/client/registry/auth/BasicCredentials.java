package dev.penstock.client.registry.auth;

import dev.penstock.client.credentials.PasswordSource;

/** A user name, and where the password is. */
public record BasicCredentials(String username, PasswordSource password) {

  /** Refuses a user name that Basic cannot carry (RFC 7617 §2). */
  public BasicCredentials {
    if (username.isEmpty() || username.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "registry-username must not be empty and must not contain ':'");
    }
  }
}
