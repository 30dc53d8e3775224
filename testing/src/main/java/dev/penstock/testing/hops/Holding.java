package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.CompositeByteBuf;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps bytes back until there are enough of them, or for a time, as a hop that buffers does; at
 * the end of the connection what it has goes out. Event loop only.
 */
final class Holding extends ChannelInboundHandlerAdapter {
  private final long enoughBytes;
  private final @Nullable Duration longest;
  private @Nullable CompositeByteBuf held;
  private @Nullable ScheduledFuture<?> waiting;

  private Holding(long enoughBytes, @Nullable Duration longest) {
    this.enoughBytes = enoughBytes;
    this.longest = longest;
  }

  /**
   * Holds back both ways.
   *
   * @param longest how long it waits for enough; null: for ever
   */
  static void between(
      long enoughBytes, @Nullable Duration longest, Channel client, Channel server) {
    for (Channel from : new Channel[] {client, server}) {
      from.pipeline().addBefore(Relay.NAME, null, new Holding(enoughBytes, longest));
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
    } else if (longest != null && waiting == null) {
      waiting = ctx.executor().schedule(() -> pass(ctx), longest.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    pass(ctx);
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stopWaiting();
    if (held != null) {
      held.release();
      held = null;
    }
  }

  private void stopWaiting() {
    if (waiting != null) {
      waiting.cancel(false);
      waiting = null;
    }
  }

  private void pass(ChannelHandlerContext ctx) {
    stopWaiting();
    ByteBuf all = held;
    held = null;
    if (all != null) {
      ctx.fireChannelRead(all);
      ctx.fireChannelReadComplete();
    }
  }
}
