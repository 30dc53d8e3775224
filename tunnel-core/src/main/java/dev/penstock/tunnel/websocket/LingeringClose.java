package dev.penstock.tunnel.websocket;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.socket.DuplexChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Hangs up in such a way that what was written last arrives.
 *
 * <p>A socket that is closed while it holds unread bytes resets the connection, and the reset
 * overtakes the close frame or the answer that says what was wrong. So our direction is shut down
 * first and what still comes is thrown away, until the peer hangs up too or {@link #LONGEST} has
 * passed (RFC 6455 §7.1.1, RFC 9112 §9.6). Event loop only.
 */
public final class LingeringClose extends ChannelInboundHandlerAdapter {
  /** From the decision to hang up to the end of the connection, whatever the peer does. */
  public static final Duration LONGEST = Duration.ofSeconds(5);

  private LingeringClose() {}

  /** Hangs up once all that was written has left. Nothing more is delivered to the pipeline. */
  public static void begin(Channel channel) {
    closeWithin(LONGEST, channel);
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      channel.pipeline().addFirst(new LingeringClose());
    } else {
      channel
          .pipeline()
          .addAfter(channel.pipeline().context(tls).name(), null, new LingeringClose());
    }
    channel.config().setAutoRead(true);
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> shutDownOutput(channel));
  }

  /** Closes {@code channel} after {@code timeout} at the latest, whatever the peer does. */
  static void closeWithin(Duration timeout, Channel channel) {
    Future<?> timer =
        channel
            .eventLoop()
            .schedule(() -> channel.close(), timeout.toMillis(), TimeUnit.MILLISECONDS);
    // A timer that is left to run keeps the channel in memory, many times over under attack.
    channel.closeFuture().addListener(closed -> timer.cancel(false));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  /** Under TLS the peer learns from the close frame or the answer that it is its turn. */
  private static void shutDownOutput(Channel channel) {
    if (channel.pipeline().get(SslHandler.class) != null) {
      return;
    }
    if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      duplex.shutdownOutput();
    } else {
      channel.close();
    }
  }
}
