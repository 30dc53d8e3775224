package dev.penstock.client.setup;

import java.io.IOException;

/** No more answers, and still a question. */
public final class InputEndedException extends IOException {
  private static final long serialVersionUID = 1;

  InputEndedException(String question) {
    super("the input ended before an answer to '" + question.strip() + "'");
  }
}
