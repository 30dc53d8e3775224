package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.CompositeByteBuf;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps bytes back until there are enough of them, as a hop that buffers does; at the end of the
 * connection what it has goes out. Event loop only.
 */
final class Holding extends ChannelInboundHandlerAdapter {
  private final long enoughBytes;
  private @Nullable CompositeByteBuf held;

  private Holding(long enoughBytes) {
    this.enoughBytes = enoughBytes;
  }

  static void between(long enoughBytes, Channel client, Channel server) {
    for (Channel from : new Channel[] {client, server}) {
      from.pipeline().addBefore(Relay.NAME, null, new Holding(enoughBytes));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    CompositeByteBuf all = held;
    if (all == null) {
      all = ctx.alloc().compositeBuffer(Integer.MAX_VALUE);
      held = all;
    }
    all.addComponent(true, (ByteBuf) message);
    if (all.readableBytes() >= enoughBytes) {
      pass(ctx);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    pass(ctx);
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (held != null) {
      held.release();
      held = null;
    }
  }

  private void pass(ChannelHandlerContext ctx) {
    ByteBuf all = held;
    held = null;
    if (all != null) {
      ctx.fireChannelRead(all);
      ctx.fireChannelReadComplete();
    }
  }
}
