package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;

/** Forgets what it is given. Event loop only. */
final class Swallowing extends ChannelInboundHandlerAdapter {
  private Swallowing() {}

  /** The 101 has passed; nothing else does. */
  static void between(Channel client, Channel server) {
    for (Channel from : new Channel[] {client, server}) {
      from.pipeline().addBefore(Relay.NAME, null, new Swallowing());
    }
  }

  /** Takes everything and says nothing. */
  static void everything(Route route, Channel accepted) {
    accepted.pipeline().addLast(new Swallowing());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // the line broke
  }
}
