package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.socket.DuplexChannel;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/** The end of a connection whose last words are to arrive though the peer still sends. */
final class Lingering extends ChannelInboundHandlerAdapter {
  private static final int BOUND_SECONDS = 2;

  private Lingering() {}

  /** Says no more; what comes is forgotten until the peer hangs up, or for a while at most. */
  static void endOf(Channel channel) {
    if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      channel.pipeline().addFirst(new Lingering());
      channel.config().setAutoRead(true);
      duplex.shutdownOutput();
      channel.eventLoop().schedule((Runnable) channel::close, BOUND_SECONDS, TimeUnit.SECONDS);
    } else {
      channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }
}
