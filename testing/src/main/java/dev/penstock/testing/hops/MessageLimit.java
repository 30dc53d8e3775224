package dev.penstock.testing.hops;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;

/**
 * Ends the WebSocket with 1009 (RFC 6455 §7.4.1) on both sides when a message of one is larger than
 * allowed. Event loop only.
 */
final class MessageLimit extends ChannelInboundHandlerAdapter {
  private static final int CLOSE = 0x88;
  private static final int MASKED = 0x80;
  private static final short TOO_BIG = 1009;

  private final long limit;
  private final Channel client;
  private final Channel server;
  private final FrameMeter meter = new FrameMeter();
  private boolean closed;

  private MessageLimit(long limit, Channel client, Channel server) {
    this.limit = limit;
    this.client = client;
    this.server = server;
  }

  static void between(long limit, Channel client, Channel server) {
    for (Channel from : new Channel[] {client, server}) {
      from.pipeline().addBefore(Relay.NAME, null, new MessageLimit(limit, client, server));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closed) {
      ReferenceCountUtil.release(message);
    } else if (meter.largestIn((ByteBuf) message) > limit) {
      closed = true;
      ReferenceCountUtil.release(message);
      byte[] reason = ("message larger than " + limit + " bytes").getBytes(UTF_8);
      // A mask of zeros is a mask, too.
      ByteBuf masked = close(reason.length, MASKED).writeInt(0).writeShort(TOO_BIG);
      end(server, masked.writeBytes(reason));
      end(client, close(reason.length, 0).writeShort(TOO_BIG).writeBytes(reason));
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private static ByteBuf close(int reasonBytes, int mask) {
    return Unpooled.buffer().writeByte(CLOSE).writeByte(mask | (Short.BYTES + reasonBytes));
  }

  /** What comes meanwhile is read and forgotten: a reset would overtake the close frame. */
  private static void end(Channel channel, ByteBuf frame) {
    channel
        .writeAndFlush(frame)
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE)
        .addListener(sent -> Lingering.endOf(channel));
  }
}
