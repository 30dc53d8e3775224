package dev.penstock.tunnel.channel;

import dev.penstock.tunnel.session.CloseCause;
import dev.penstock.tunnel.session.Session;
import dev.penstock.tunnel.session.SessionClosed;
import dev.penstock.tunnel.session.SessionListener;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.AbstractChannel;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelConfig;
import io.grpc.netty.shaded.io.netty.channel.ChannelMetadata;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundBuffer;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.util.internal.StringUtil;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A Netty channel whose bytes are a session's.
 *
 * <p>On the dialling side it is born connected, the child of a {@link TunnelServerChannel}. On the
 * accepting side it stays inactive until {@code connect}, as gRPC's client transport expects.
 *
 * <p><b>A fast and a slow peer.</b> When the session is not writable, what was flushed stays in the
 * outbound buffer, whose water marks stop HTTP/2. When nobody reads here, the session stops
 * reading; at most what the socket had delivered by then waits in {@link #unread}.
 *
 * <p><b>Closing.</b> Closing the channel closes the session. When the session ends by itself, the
 * pipeline first gets a {@link TunnelClosedException}, so that calls fail with the real cause, and
 * then the channel closes.
 *
 * <p><b>Threads.</b> Event loop only, that of the carrier.
 */
public final class TunnelChannel extends AbstractChannel implements SessionListener {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  private enum State {
    INACTIVE,
    ACTIVE,
    CLOSED
  }

  private final TunnelChannelConfig config = new TunnelChannelConfig(this);
  private final Session session;
  private final TunnelAddress address;

  /** Bytes that came before anybody asked for them: bounded by one round of socket reads. */
  private final Queue<ByteBuf> unread = new ArrayDeque<>();

  // Written on the event loop; Netty asks isActive() and isOpen() from any thread.
  private volatile State state;
  private volatile @Nullable SessionClosed sessionClosed;

  /** Event loop only. */
  private boolean readPending;

  private TunnelChannel(
      @Nullable Channel parent, Session session, TunnelAddress address, State state) {
    super(parent);
    this.session = session;
    this.address = address;
    this.state = state;
  }

  /** Makes the connected child of {@code parent}. On the session's event loop. */
  static TunnelChannel connected(Channel parent, Session session, TunnelAddress address) {
    TunnelChannel channel = new TunnelChannel(parent, session, address, State.ACTIVE);
    session.listen(channel);
    return channel;
  }

  /**
   * Makes a channel that waits for {@code connect}, and pauses the session until then. On the
   * session's event loop.
   */
  public static TunnelChannel connectable(Session session, TunnelAddress address) {
    TunnelChannel channel = new TunnelChannel(null, session, address, State.INACTIVE);
    session.listen(channel);
    session.setReading(false);
    return channel;
  }

  /**
   * Makes what gRPC gets when it asks again after {@code channel} was lost: a channel that fails to
   * connect, in a way that gRPC reports as UNAVAILABLE. Any thread.
   */
  public static TunnelChannel successorOf(TunnelChannel channel) {
    Session session = channel.session;
    TunnelChannel lost = new TunnelChannel(null, session, channel.address, State.INACTIVE);
    lost.sessionClosed = session.closed().getNow(new SessionClosed(CloseCause.CLOSED, ""));
    return lost;
  }

  /** Where this channel must be registered. Any thread. */
  public EventLoop carrierLoop() {
    return session.eventLoop();
  }

  /**
   * How full the windows of its streams are; of no stream before HTTP/2 begins and after the
   * tunnel's end. Any thread.
   *
   * @return completes on the event loop, never exceptionally
   */
  public CompletableFuture<StreamWindows> windows() {
    if (carrierLoop().inEventLoop()) {
      return CompletableFuture.completedFuture(windowsNow());
    }
    try {
      return CompletableFuture.supplyAsync(this::windowsNow, carrierLoop());
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(StreamWindows.NONE); // the loops have ended
    }
  }

  private StreamWindows windowsNow() {
    Http2ConnectionHandler http2 = pipeline().get(Http2ConnectionHandler.class);
    return http2 == null || state != State.ACTIVE
        ? StreamWindows.NONE
        : StreamWindows.of(http2.connection());
  }

  @Override
  public void onBytes(ByteBuf bytes) {
    if (state == State.CLOSED) {
      bytes.release();
    } else if (isRegistered() && readPending && unread.isEmpty()) {
      deliver(bytes);
    } else {
      unread.add(bytes);
      session.setReading(false);
    }
  }

  @Override
  public void onReadComplete() {
    if (isRegistered() && unread.isEmpty()) {
      readPending = false;
      pipeline().fireChannelReadComplete();
    }
  }

  @Override
  public void onWritable() {
    ((TunnelUnsafe) unsafe()).flushAgain();
  }

  @Override
  public void onClosed(SessionClosed closed) {
    sessionClosed = closed;
    if (isRegistered() && state == State.ACTIVE) {
      pipeline().fireExceptionCaught(asException(closed));
    }
    if (isRegistered()) {
      unsafe().close(voidPromise());
    } else {
      releaseUnread(); // nobody may ever come for it
    }
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    promise.setSuccess();
    if (sessionClosed != null && state == State.ACTIVE) {
      eventLoop().execute(() -> unsafe().close(voidPromise())); // it ended before we were here
    }
  }

  @Override
  protected void doBeginRead() {
    readPending = true;
    if (unread.isEmpty()) {
      session.setReading(true);
    } else {
      eventLoop().execute(this::deliverUnread);
    }
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer out) {
    // A flush may write to the socket at once and so make room again, while the event that says so
    // is swallowed, because we are inside a flush already: hence the outer loop.
    do {
      while (!out.isEmpty() && session.isWritable()) {
        OutboundGather.sendNext(out, session);
      }
      session.flush();
    } while (!out.isEmpty() && session.isWritable());
  }

  @Override
  protected Object filterOutboundMessage(Object message) {
    if (message instanceof ByteBuf) {
      return message;
    }
    throw new UnsupportedOperationException(
        "a tunnel carries bytes, not " + StringUtil.simpleClassName(message));
  }

  @Override
  protected void doClose() {
    state = State.CLOSED;
    releaseUnread();
    if (session.eventLoop().inEventLoop()) {
      session.close(CloseCause.CLOSED, "");
    } else {
      session.eventLoop().execute(() -> session.close(CloseCause.CLOSED, ""));
    }
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doBind(SocketAddress localAddress) {
    throw new UnsupportedOperationException("a tunnel's end has no address to bind");
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return loop == session.eventLoop();
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new TunnelUnsafe();
  }

  @Override
  protected SocketAddress localAddress0() {
    return address;
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return address;
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return state != State.CLOSED;
  }

  @Override
  public boolean isActive() {
    return state == State.ACTIVE;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  /**
   * On the calling side, what calls in flight fail with. On the serving side nobody sees it; there
   * gRPC would log anything but a plain IOException with a stack trace.
   */
  private Exception asException(SessionClosed closed) {
    return parent() == null
        ? new TunnelClosedException(address.toString(), closed)
        : new IOException(closed.toString());
  }

  private void releaseUnread() {
    unread.forEach(ByteBuf::release);
    unread.clear();
  }

  private void deliverUnread() {
    if (unread.isEmpty() || state == State.CLOSED) {
      return;
    }
    while (!unread.isEmpty() && state != State.CLOSED) {
      deliver(unread.remove());
    }
    onReadComplete();
  }

  private void deliver(ByteBuf bytes) {
    int length = bytes.readableBytes();
    pipeline().fireChannelRead(bytes);
    session.consumed(length);
  }

  private final class TunnelUnsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
      if (!promise.setUncancellable() || !ensureOpen(promise)) {
        return;
      }
      SessionClosed closed = sessionClosed;
      if (closed != null) {
        safeSetFailure(promise, new ConnectException(address + " is gone: " + closed));
        close(voidPromise());
        return;
      }
      state = State.ACTIVE;
      safeSetSuccess(promise);
      pipeline().fireChannelActive();
    }

    void flushAgain() {
      flush0();
    }
  }
}
