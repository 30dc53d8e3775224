package dev.penstock.tunnel.session;

/**
 * The end of a session.
 *
 * @param detail what was seen, for people; may be empty
 */
public record SessionClosed(CloseCause cause, String detail) {
  @Override
  public String toString() {
    boolean addsNothing = detail.isEmpty() || detail.equals(cause.description());
    return addsNothing ? cause.description() : cause.description() + ": " + detail;
  }
}
