package dev.penstock.tunnel.session;

/**
 * Ends a session that loses its carrier before the dialer has sent a byte over it: the dialer may
 * never have learnt of it, say because it gave up while it waited for the answer, and then nobody
 * would ever come for it. A dialer that has learnt of it sends at once, and loses nothing by
 * beginning anew.
 */
final class Unproven implements SessionObserver {
  private final Session session;

  Unproven(Session session) {
    this.session = session;
  }

  @Override
  public void onSuspended(SessionClosed why) {
    if (session.receivedBytes() == 0) {
      // Later: the others are to hear of the loss first.
      session.eventLoop().execute(() -> endUnlessResumed(why));
    }
  }

  private void endUnlessResumed(SessionClosed why) {
    if (!session.isConnected()) {
      session.close(CloseCause.CONNECTION_LOST, why + ", before the client had sent anything");
    }
  }

  @Override
  public void onResumed() {}

  @Override
  public void onDrain(String reason) {}
}
