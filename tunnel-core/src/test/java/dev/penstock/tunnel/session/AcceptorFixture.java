package dev.penstock.tunnel.session;

import dev.penstock.tunnel.connection.EventLoops;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A real acceptor that knows the token of {@code acme}, and the loops that a dialer needs. */
final class AcceptorFixture implements AutoCloseable {
  static final String TOKEN = "hush-token";
  static final String SECOND_TOKEN = "hush-second";
  static final String OTHER_TOKEN = "hush-other";
  static final Duration PATIENCE = Duration.ofSeconds(20);
  static final SessionLimits LIMITS =
      new SessionLimits(2 * 1024 * 1024, 64 * 1024, Duration.ofSeconds(7));

  final BlockingQueue<Attachment> attached = new LinkedBlockingQueue<>();
  final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, EventLoops.ioHandlerFactory());
  final SessionAcceptor acceptor;

  AcceptorFixture() throws IOException {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  AcceptorFixture(InetSocketAddress listen) throws IOException {
    acceptor =
        SessionAcceptor.start(
            new SessionAcceptor.Settings(
                listen,
                PATIENCE,
                PATIENCE,
                LIMITS,
                null,
                null,
                AcceptorFixture::judge,
                this::adopt),
            loops);
  }

  Attachment nextAttachment() throws InterruptedException {
    Attachment next = attached.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nobody attached within " + PATIENCE);
    }
    return next;
  }

  private static TunnelAuthenticator.Verdict judge(String tunnelId, String token) {
    return switch (token) {
      case TOKEN, SECOND_TOKEN -> TunnelAuthenticator.Verdict.ACCEPTED;
      case OTHER_TOKEN -> TunnelAuthenticator.Verdict.OTHER_TUNNEL;
      default -> TunnelAuthenticator.Verdict.UNKNOWN_TOKEN;
    };
  }

  private void adopt(Attachment attachment) {
    attachment.session().listen(new Sink());
    attached.add(attachment);
  }

  @Override
  public void close() {
    acceptor.close();
    // Quiet for a moment, so that connections that have just hung up give their buffers back.
    loops.shutdownGracefully(50, 10_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }

  /** Takes bytes and forgets them. */
  static final class Sink implements SessionListener {
    @Override
    public void onBytes(ByteBuf bytes) {
      bytes.release();
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(SessionClosed closed) {}
  }
}
