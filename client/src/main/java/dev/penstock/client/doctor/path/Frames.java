package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.diagnosis.Answer;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;

/**
 * The WebSocket behind a 101, as far as its first message, for which something may be sent. It
 * judges no handshake.
 */
final class Frames {
  private static final int PUSHED_AT_ONCE = 16 << 10;

  private static final WebSocketDecoderConfig FRAMES =
      WebSocketDecoderConfig.newBuilder()
          .expectMaskedFrames(false)
          .maxFramePayloadLength(Answer.MAX_BODY_BYTES)
          .build();

  private Frames() {}

  /**
   * Has what comes from now on read as messages, for the handler of this context.
   *
   * @param pushed how many bytes to send at once; 0 for none
   */
  static void begin(ChannelHandlerContext ctx, int pushed) {
    ctx.pipeline()
        .addBefore(ctx.name(), "frames", new WebSocket13FrameDecoder(FRAMES))
        .addBefore(ctx.name(), "messages", new WebSocketFrameAggregator(Answer.MAX_BODY_BYTES));
    // On its way out the codec hands on the bytes that came behind the 101.
    ctx.pipeline().remove(HttpClientCodec.class);
    push(ctx, pushed);
  }

  private static void push(ChannelHandlerContext ctx, int pushed) {
    if (pushed > 0) {
      ctx.pipeline().addBefore(ctx.name(), "masking", new WebSocket13FrameEncoder(true));
    }
    for (int left = pushed; left > 0; left -= PUSHED_AT_ONCE) {
      ByteBuf payload = ctx.alloc().buffer(PUSHED_AT_ONCE).writeZero(PUSHED_AT_ONCE);
      ctx.write(new BinaryWebSocketFrame(payload), ctx.voidPromise());
    }
    ctx.flush();
  }
}
