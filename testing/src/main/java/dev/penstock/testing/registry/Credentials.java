package dev.penstock.testing.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/** A user name and a password, as HTTP Basic authentication sends them (RFC 7617). */
public record Credentials(String username, String password) {

  String authorization() {
    byte[] pair = (username + ":" + password).getBytes(UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  /** Leaves the password out. */
  @Override
  public String toString() {
    return "Credentials[" + username + "]";
  }
}
