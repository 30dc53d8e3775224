package dev.penstock.client.registry.http;

import dev.penstock.tunnel.connection.ConnectException;
import java.io.IOException;

/**
 * What happened, with what its causes add: for the customer's own eyes, since the names of hosts,
 * users and files are in it.
 */
public final class Explanation {
  private static final String OURS = "dev.penstock.";
  private static final int MAX_CAUSES = 16;

  private Explanation() {}

  /** The failure's message, and in brackets what else is known. */
  public static String of(Throwable failure) {
    String detail = detail(failure);
    return said(failure) + (detail.isEmpty() ? "" : " (" + detail + ")");
  }

  /**
   * What the causes add to the failure's message: the outermost that adds anything, and the root.
   */
  public static String detail(Throwable failure) {
    String known = said(failure);
    String detail = "";
    Throwable last = failure;
    for (int i = 0; i < MAX_CAUSES && !isComplete(last) && last.getCause() != null; i++) {
      last = last.getCause();
      if (detail.isEmpty() && !isIn(known, last)) {
        detail = told(last);
      }
    }
    boolean isRootNews = !isIn(known, last) && !isIn(detail, last);
    return isRootNews ? detail + "; " + told(last) : detail;
  }

  /** Its message was made of its causes. */
  private static boolean isComplete(Throwable failure) {
    return failure instanceof ConnectException;
  }

  private static boolean isIn(String text, Throwable failure) {
    return text.contains(said(failure));
  }

  private static String said(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  /** What is ours says all in its message. */
  private static String told(Throwable failure) {
    boolean isOurs =
        failure.getClass() == IOException.class || failure.getClass().getName().startsWith(OURS);
    return isOurs ? said(failure) : failure.toString();
  }
}
