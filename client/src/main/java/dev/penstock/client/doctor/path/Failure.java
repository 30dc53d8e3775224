package dev.penstock.client.doctor.path;

import java.io.IOException;
import java.util.regex.Pattern;

/** What went wrong, and where, as people read it. */
final class Failure {
  /** How a system call is called, and its number for what happened; the words follow. */
  private static final Pattern CALL =
      Pattern.compile("\\w+\\(\\.\\.\\) failed( with error\\(-?\\d+\\))?: ");

  private Failure() {}

  static String inWords(IOException failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : CALL.matcher(message).replaceAll("");
  }
}
