package dev.penstock.testing.websocketprobe;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps what a peer says before anybody asked, as one that speaks another protocol does, for
 * whoever comes behind it when it is removed. One read at most; then nothing is read until it goes.
 * Event loop only.
 */
final class HeldBytes extends ChannelInboundHandlerAdapter {
  private final Deque<Object> held = new ArrayDeque<>();

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    held.add(message);
    ctx.channel().config().setAutoRead(false);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // whoever asks then finds it closed
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    while (!held.isEmpty()) {
      ctx.fireChannelRead(held.poll());
    }
    ctx.channel().config().setAutoRead(true);
  }
}
