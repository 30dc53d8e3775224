package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Passes the bytes of one channel on to another, no faster than that one takes them; one stands at
 * the end of each. Event loop only; both channels are on the same.
 */
final class Relay extends ChannelInboundHandlerAdapter {
  /** Handlers that are to see the bytes go before the one of this name. */
  static final String NAME = "relay";

  private final Channel other;
  private final Watch watch;

  private Relay(Channel other, Watch watch) {
    this.other = other;
    this.watch = watch;
  }

  /** From now on what comes on either goes out on the other, and they end together. */
  static void between(Channel client, Channel server, Watch watch) {
    client.pipeline().addLast(NAME, new Relay(server, watch));
    server.pipeline().addLast(NAME, new Relay(client, watch));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) {
    watch.seen();
    other.write(bytes, other.voidPromise());
    ctx.channel().config().setAutoRead(other.isWritable());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    other.flush();
    ctx.channel().config().setAutoRead(other.isWritable());
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    other.config().setAutoRead(ctx.channel().isWritable());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    watch.stop();
    closeBehind(other);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // a connection that broke: the other end learns of it as of its end
  }

  /** Ends a channel when all that was written to it has left. */
  static void closeBehind(Channel channel) {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }
}
