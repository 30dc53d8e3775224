package dev.penstock.tunnel.channel;

import dev.penstock.tunnel.session.Attachment;
import dev.penstock.tunnel.session.Session;
import io.grpc.netty.shaded.io.netty.channel.AbstractServerChannel;
import io.grpc.netty.shaded.io.netty.channel.ChannelConfig;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.concurrent.Executor;

/**
 * A server channel that dials instead of listening: binding it starts to attach, and every session
 * that begins is a child, as a connection that was accepted would be.
 *
 * <p>Closing it stops dialling; the children stay until they are closed, as gRPC's graceful
 * shutdown expects. A session that still comes, by a dial that was under way, is closed at once, so
 * that the peer does not wait for its client. The event loops end when nothing is left on them.
 */
public final class TunnelServerChannel extends AbstractServerChannel {
  private final ChannelConfig config = new TunnelChannelConfig(this);
  private final SessionSource source;
  private final TunnelLoops loops;
  private final TunnelAddress address;

  // Written on the event loop; Netty asks isActive() and isOpen() from any thread.
  private volatile boolean bound;
  private volatile boolean closed;

  /** Event loop only. */
  private int children;

  /** Event loop only. */
  private boolean isStopped;

  public TunnelServerChannel(SessionSource source, TunnelLoops loops, TunnelAddress address) {
    this.source = source;
    this.loops = loops;
    this.address = address;
  }

  @Override
  protected void doBind(SocketAddress localAddress) {
    bound = true;
    source.start(loops, this::onAttached);
  }

  @Override
  protected void doClose() {
    closed = true;
    Executor own = isRegistered() ? eventLoop() : Runnable::run; // never bound: nobody else is here
    source.stop().thenRun(() -> own.execute(this::onStopped));
  }

  @Override
  protected void doBeginRead() {
    // Sessions come when they come.
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected SocketAddress localAddress0() {
    return address;
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public boolean isActive() {
    return bound && !closed;
  }

  /** On the session's event loop, which need not be ours. */
  private TunnelChannel onAttached(Attachment attachment) {
    TunnelChannel child = TunnelChannel.connected(this, attachment.session(), address);
    eventLoop().execute(() -> adopt(child, attachment.session()));
    return child;
  }

  private void adopt(TunnelChannel child, Session session) {
    children++;
    // Not the child's own close future: one that comes too late to be registered has no loop that
    // could tell of it.
    session.closed().thenRun(() -> eventLoop().execute(this::onChildClosed));
    if (closed) {
      session.eventLoop().execute(() -> child.unsafe().closeForcibly());
      return;
    }
    pipeline().fireChannelRead(child);
    pipeline().fireChannelReadComplete();
  }

  private void onStopped() {
    isStopped = true;
    endLoopsIfUnused();
  }

  private void onChildClosed() {
    children--;
    endLoopsIfUnused();
  }

  private void endLoopsIfUnused() {
    if (isStopped && children == 0) {
      source.onEnded();
      loops.shutdownGracefully();
    }
  }
}
