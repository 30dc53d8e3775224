package dev.penstock.client.check;

/** How something that was tried turned out; the worse, the later. */
public enum Outcome {
  OK("ok"),
  /** It works, and somebody should look at it. */
  WARNING("warning"),
  /** Something answers, and does not take the credentials. */
  REFUSED("failed"),
  /** No answer, or one that is none of the expected peer. */
  UNREACHABLE("failed"),
  /** A file that the configuration names cannot be used; nobody else can mend that. */
  MISCONFIGURED("failed");

  private final String word;

  Outcome(String word) {
    this.word = word;
  }

  /** {@code ok}, {@code warning} or {@code failed}. */
  public String word() {
    return word;
  }

  /** Whether the client cannot do its work with this. */
  public boolean isFailure() {
    return compareTo(WARNING) > 0;
  }
}
