package dev.penstock.client.registry.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * A user name, and the file that holds the password. The file is read when a registry asks, so that
 * a rotated password needs no restart; a trailing line end is not part of it.
 */
public record BasicCredentials(String username, Path passwordFile) {

  /** Refuses a user name that Basic cannot carry (RFC 7617 §2). */
  public BasicCredentials {
    if (username.isEmpty() || username.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "registry-username must not be empty and must not contain ':'");
    }
  }

  /** The value of an Authorization header. */
  String header() throws IOException {
    String pair = username + ":" + password();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private String password() throws IOException {
    try {
      return Files.readString(passwordFile).stripTrailing();
    } catch (IOException e) {
      throw new AccessRefusedException(
          "the registry's password file %s cannot be read (%s)"
              .formatted(passwordFile, e.getClass().getSimpleName()));
    }
  }
}
