package dev.penstock.client.registry.auth;

import dev.penstock.client.registry.http.DetailException;
import java.io.IOException;

/**
 * The registry or its token server wants other credentials; the customer has to act. The message
 * names no user, file or host; the cause does.
 */
public final class AccessRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  /** Whoever asks for a blob need not know the customer's users and files. */
  AccessRefusedException(String message, Throwable forTheLog) {
    super(message, forTheLog);
  }

  /**
   * The same, with what the customer can do.
   *
   * @param advice for the log alone
   */
  static AccessRefusedException advising(String message, String advice) {
    return new AccessRefusedException(message, new DetailException(advice));
  }
}
