package dev.penstock.client.credentials;

import java.io.IOException;

/** Has a password, or knows where it is. Its text names the place and never the password. */
public interface PasswordSource {
  /**
   * The password as it is now.
   *
   * @throws IOException saying where it was looked for, when it cannot be had
   */
  String readPassword() throws IOException;
}
