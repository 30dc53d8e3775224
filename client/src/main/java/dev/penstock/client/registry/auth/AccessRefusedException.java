package dev.penstock.client.registry.auth;

import dev.penstock.client.credentials.CredentialsException;
import java.io.IOException;

/** The registry or its token server wants other credentials; the customer has to act. */
public final class AccessRefusedException extends IOException {
  private static final long serialVersionUID = 1;
  private static final String SEE_LOG = "; the client's log says more";

  AccessRefusedException(String message) {
    super(message);
  }

  /**
   * Whoever asks for a blob need not know the customer's users and files: the log has the cause.
   */
  AccessRefusedException(String message, Throwable forTheLog) {
    super(message + SEE_LOG, forTheLog);
  }

  /**
   * The same, with what the customer can do.
   *
   * @param advice for the log alone
   */
  static AccessRefusedException advising(String message, String advice) {
    return new AccessRefusedException(message, new CredentialsException(advice));
  }
}
