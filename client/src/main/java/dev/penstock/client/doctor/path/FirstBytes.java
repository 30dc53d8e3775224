package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.diagnosis.Answer;
import dev.penstock.client.doctor.diagnosis.Answer.NotHttp;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Lets HTTP/1 pass to the codec behind it, and keeps anything else for the diagnosis: a codec would
 * only say that it is no HTTP. Event loop only.
 */
final class FirstBytes extends ByteToMessageDecoder {
  private static final byte[] HTTP = "HTTP/1".getBytes(StandardCharsets.US_ASCII);

  /** As long as the header of an HTTP/2 frame. */
  private static final int ENOUGH = 9;

  private final AnswerReader reader;

  FirstBytes(AnswerReader reader) {
    this.reader = reader;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    for (int i = 0; i < Math.min(HTTP.length, in.readableBytes()); i++) {
      if (in.getByte(in.readerIndex() + i) != HTTP[i]) {
        keep(in, in.readableBytes() >= ENOUGH);
        return;
      }
    }
    if (in.readableBytes() < HTTP.length) {
      return;
    }
    int end = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n') - in.readerIndex();
    int length = end < 0 ? in.readableBytes() : end;
    reader.onFirstLine(text(in, length).strip());
    if (end >= 0 || length >= Answer.MAX_FIRST_BYTES) {
      ctx.pipeline().remove(this); // which hands on what it has
    }
  }

  private static String text(ByteBuf in, int length) {
    int kept = Math.min(length, Answer.MAX_FIRST_BYTES);
    return in.toString(in.readerIndex(), kept, StandardCharsets.ISO_8859_1);
  }

  private void keep(ByteBuf in, boolean isEnough) {
    reader.onNotHttp(new NotHttp(text(in, in.readableBytes())), isEnough);
  }

  /** What is left of an answer that was too short to tell is not for the codec. */
  @Override
  protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    in.skipBytes(in.readableBytes());
  }
}
