package dev.penstock.testing.websocketprobe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.penstock.tunnel.websocket.accept.ShownValue;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;

/** Looks whether an answer begins as HTTP/1.1's do, and says what it is if not. Event loop only. */
final class FirstBytes extends ChannelInboundHandlerAdapter {
  private static final byte HTTP1 = 'H';
  private static final int MAX_QUOTED_BYTES = 80;
  private static final int FRAME_HEAD_BYTES = 9;
  private static final int FRAME_TYPE_AT = 3;
  private static final byte SETTINGS = 4; // RFC 9113 §6.5: the first frame of a server
  private static final byte TLS_ALERT = 21; // RFC 8446 §5.1

  private final Consumer<String> notHttp1;

  FirstBytes(Consumer<String> notHttp1) {
    this.notHttp1 = notHttp1;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    byte first = bytes.getByte(bytes.readerIndex());
    if (first != HTTP1) {
      notHttp1.accept(guess(bytes, first));
    }
    ctx.fireChannelRead(message);
    ctx.pipeline().remove(this);
  }

  private static String guess(ByteBuf bytes, byte first) {
    boolean isFrame = bytes.readableBytes() >= FRAME_HEAD_BYTES && first == 0;
    if (isFrame && bytes.getByte(bytes.readerIndex() + FRAME_TYPE_AT) == SETTINGS) {
      return "HTTP/2; the listener takes nothing else";
    }
    return first == TLS_ALERT ? "a TLS alert; the URL should be wss://" : quoted(bytes);
  }

  private static String quoted(ByteBuf bytes) {
    int length = Math.min(bytes.readableBytes(), MAX_QUOTED_BYTES);
    String begun = bytes.toString(bytes.readerIndex(), length, ISO_8859_1);
    return "begins with '" + ShownValue.of(begun.lines().findFirst().orElse("")) + "'";
  }
}
