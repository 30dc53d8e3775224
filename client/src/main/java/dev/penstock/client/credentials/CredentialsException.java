package dev.penstock.client.credentials;

import java.io.IOException;

/**
 * Credentials cannot be had: which file or helper is to blame, and what to do. The message is for
 * the customer's log and not for callers: it names files, and repeats what a helper wrote to its
 * standard error.
 */
public final class CredentialsException extends IOException {
  private static final long serialVersionUID = 1;
  private static final int MAX_QUOTED_CHARS = 300;

  /** With a message for the customer, and not for callers. */
  public CredentialsException(String message) {
    super(message);
  }

  /** Foreign text as it may stand in a message: short, on one line, printable ASCII. */
  static String printable(String text) {
    String line = text.strip().replaceAll("\\s+", " ").replaceAll("[^\\x20-\\x7e]", "?");
    return line.length() <= MAX_QUOTED_CHARS ? line : line.substring(0, MAX_QUOTED_CHARS) + "…";
  }
}
