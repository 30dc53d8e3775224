package dev.penstock.tunnel;

import dev.penstock.tunnel.channel.TunnelAddress;
import dev.penstock.tunnel.channel.TunnelChannel;
import dev.penstock.tunnel.session.Attachment;
import dev.penstock.tunnel.session.CloseCause;
import dev.penstock.tunnel.session.Session;
import dev.penstock.tunnel.session.SessionClosed;
import java.net.SocketAddress;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One attached tunnel, seen from either end. Any thread. */
public final class Tunnel {
  private final Attachment attachment;
  private final TunnelOptions options;

  /** At the accepting end: the channel over which calls can be made, until somebody takes it. */
  private final AtomicReference<@Nullable TunnelChannel> channel;

  private Tunnel(Attachment attachment, TunnelOptions options, @Nullable TunnelChannel channel) {
    this.attachment = attachment;
    this.options = options;
    this.channel = new AtomicReference<>(channel);
  }

  /** A tunnel at the dialling end, where the channel belongs to the gRPC server. */
  static Tunnel dialled(Attachment attachment, TunnelOptions options) {
    return new Tunnel(attachment, options, null);
  }

  /** A tunnel at the accepting end, which does not read before its channel is connected. */
  static Tunnel accepted(Attachment attachment, TunnelOptions options) {
    TunnelAddress address = new TunnelAddress(attachment.tunnelId());
    return new Tunnel(
        attachment, options, TunnelChannel.connectable(attachment.session(), address));
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
    TunnelChannel taken = channel.getAndSet(null);
    if (taken == null) {
      throw new IllegalStateException("no channel to be had for " + this + ": it is taken");
    }
    return taken;
  }

  private Session session() {
    return attachment.session();
  }

  TunnelAddress address() {
    return new TunnelAddress(id());
  }
}
