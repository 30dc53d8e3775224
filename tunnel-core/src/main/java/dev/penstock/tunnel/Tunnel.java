package dev.penstock.tunnel;

import dev.penstock.tunnel.channel.StreamWindows;
import dev.penstock.tunnel.channel.TunnelAddress;
import dev.penstock.tunnel.channel.TunnelChannel;
import dev.penstock.tunnel.session.Attachment;
import dev.penstock.tunnel.session.CloseCause;
import dev.penstock.tunnel.session.Session;
import dev.penstock.tunnel.session.SessionClosed;
import java.net.SocketAddress;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** One attached tunnel, seen from either end. Any thread. */
public final class Tunnel {
  private final Attachment attachment;
  private final TunnelOptions options;

  private final TunnelChannel channel;

  /** At the accepting end calls can be made over the channel, by the one who takes it. */
  private final AtomicBoolean isTaken;

  private Tunnel(
      Attachment attachment, TunnelOptions options, TunnelChannel channel, boolean isTaken) {
    this.attachment = attachment;
    this.options = options;
    this.channel = channel;
    this.isTaken = new AtomicBoolean(isTaken);
  }

  /** A tunnel at the dialling end, where the channel belongs to the gRPC server. */
  static Tunnel dialled(Attachment attachment, TunnelOptions options, TunnelChannel channel) {
    return new Tunnel(attachment, options, channel, true);
  }

  /** A tunnel at the accepting end, which does not read before its channel is connected. */
  static Tunnel accepted(Attachment attachment, TunnelOptions options) {
    TunnelAddress address = new TunnelAddress(attachment.tunnelId());
    return new Tunnel(
        attachment, options, TunnelChannel.connectable(attachment.session(), address), false);
  }

  /** The name under which the customer attached, e.g. {@code acme}. */
  public String id() {
    return attachment.tunnelId();
  }

  /** The name that the client gives itself; two clients of one tunnel id differ in it. */
  public String instance() {
    return attachment.instance();
  }

  /** What the acceptor's authenticator made of the client's token. */
  public Object principal() {
    return attachment.principal();
  }

  /** The peer's socket address, or that of the proxy next to us. */
  public SocketAddress remoteAddress() {
    return session().remoteAddress();
  }

  /** What has gone through so far. */
  public TunnelStats stats() {
    Session session = session();
    return new TunnelStats(
        session.sentBytes(),
        session.receivedBytes(),
        session.unacknowledgedBytes(),
        session.replayBytes(),
        session.resumes(),
        session.limits().replayWindowBytes(),
        session.ping());
  }

  /**
   * How full the HTTP/2 windows of its streams are; all zero when it is over.
   *
   * @return completes soon, never exceptionally; on an event loop
   */
  public CompletionStage<StreamWindows> windows() {
    return channel.windows();
  }

  /** Completes, never exceptionally, when the tunnel is over; on an event loop. */
  public CompletionStage<SessionClosed> closed() {
    return session().closed();
  }

  /** True while a connection carries the tunnel; false while it waits for the next one. */
  public boolean isConnected() {
    return session().isConnected();
  }

  /** True once the peer has asked for no more new calls. */
  public boolean isDraining() {
    return session().isPeerDraining();
  }

  /** Asks the peer to take its new calls elsewhere; those in progress go on. */
  public void drain(String reason) {
    session().eventLoop().execute(() -> session().drain(reason));
  }

  /** Ends the tunnel; calls in flight fail with the cause's gRPC status. */
  public void close(CloseCause cause, String detail) {
    if (!session().closed().isDone()) { // its event loop may have ended, too
      session().eventLoop().execute(() -> session().close(cause, detail));
    }
  }

  /** The tunnel's name in messages: id, instance, and the first characters of the session's id. */
  @Override
  public String toString() {
    return id() + "/" + instance() + "#" + session().id();
  }

  TunnelOptions options() {
    return options;
  }

  TunnelChannel takeChannel() {
    if (!isTaken.compareAndSet(false, true)) {
      throw new IllegalStateException("no channel to be had for " + this + ": it is taken");
    }
    return channel;
  }

  private Session session() {
    return attachment.session();
  }

  TunnelAddress address() {
    return new TunnelAddress(id());
  }
}
