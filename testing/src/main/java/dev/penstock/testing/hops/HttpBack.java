package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;

/** The server's end of an exchange: tells {@link HttpFront}. Event loop only. */
final class HttpBack extends ChannelInboundHandlerAdapter {
  private final HttpFront front;

  HttpBack(HttpFront front) {
    this.front = front;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    front.onServerRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    front.onServerReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    front.onServerWritability(ctx.channel().isWritable());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    front.onServerGone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // front learns of it as of the end
  }
}
