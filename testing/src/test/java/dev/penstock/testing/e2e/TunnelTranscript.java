package dev.penstock.testing.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What one side of a tunnel's connection said, with every layer taken off: the head of the upgrade,
 * the WebSocket's messages unmasked (RFC 6455 §5.3), and of the HTTP/2 inside, the headers out of
 * their compression (RFC 7541) and the data. Bytes are characters of ISO 8859-1.
 *
 * @param head the upgrade's request or answer
 * @param messages the WebSocket's messages, one behind the other
 * @param headers a line for each field
 * @param data the data frames, one behind the other
 */
record TunnelTranscript(String head, String messages, String headers, String data) {
  private static final String END_OF_HEAD = "\r\n\r\n";
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int CONTINUATION = 0;
  private static final int BINARY = 2;
  private static final int FIRST_CONTROL = 8;

  static TunnelTranscript of(byte[] said) throws Http2Exception {
    String text = new String(said, ISO_8859_1);
    int end = text.indexOf(END_OF_HEAD) + END_OF_HEAD.length();
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    unframe(ByteBuffer.wrap(said, end, said.length - end), messages, stream);
    Listener listener = new Listener();
    read(stream.toByteArray(), listener);
    return new TunnelTranscript(
        text.substring(0, end),
        messages.toString(ISO_8859_1),
        listener.headers.toString(),
        listener.data.toString());
  }

  /** All of it. */
  List<String> parts() {
    return List.of(head, messages, headers, data);
  }

  /** A frame that was cut off by the end of the recording is left out. */
  private static void unframe(
      ByteBuffer frames, ByteArrayOutputStream messages, ByteArrayOutputStream stream) {
    int lastOpcode = CONTINUATION;
    while (frames.remaining() >= 2) {
      int opcode = frames.get() & 0xf;
      int second = frames.get();
      long length = length(frames, second & 0x7f);
      byte[] key = new byte[second < 0 ? 4 : 0];
      if (length + key.length > frames.remaining()) {
        return;
      }
      frames.get(key);
      byte[] payload = new byte[(int) length];
      frames.get(payload);
      for (int i = 0; i < payload.length && key.length > 0; i++) {
        payload[i] ^= key[i % key.length];
      }
      messages.writeBytes(payload);
      lastOpcode = opcode == CONTINUATION || opcode >= FIRST_CONTROL ? lastOpcode : opcode;
      if (opcode < FIRST_CONTROL && lastOpcode == BINARY) {
        stream.writeBytes(payload);
      }
    }
  }

  /** Too long for what is there when the length itself was cut off. */
  private static long length(ByteBuffer frames, int shortForm) {
    if (frames.remaining() < Long.BYTES && shortForm >= 126) {
      return Long.MAX_VALUE >> 1;
    }
    return switch (shortForm) {
      case 126 -> frames.getChar();
      case 127 -> frames.getLong();
      default -> shortForm;
    };
  }

  private static void read(byte[] stream, Listener listener) throws Http2Exception {
    boolean hasPreface = new String(stream, ISO_8859_1).startsWith(PREFACE);
    EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    ByteBuf bytes = Unpooled.wrappedBuffer(stream);
    try (DefaultHttp2FrameReader reader =
        new DefaultHttp2FrameReader(new DefaultHttp2HeadersDecoder(false))) {
      bytes.skipBytes(hasPreface ? PREFACE.length() : 0);
      int left;
      do {
        left = bytes.readableBytes();
        reader.readFrame(channel.pipeline().firstContext(), bytes, listener);
      } while (bytes.readableBytes() < left);
    } finally {
      channel.close();
    }
  }

  private static final class Listener extends Http2FrameAdapter {
    private final StringBuilder headers = new StringBuilder();
    private final StringBuilder data = new StringBuilder();

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int streamId,
        Http2Headers fields,
        int streamDependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean endStream) {
      onHeadersRead(ctx, streamId, fields, padding, endStream);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int streamId,
        Http2Headers fields,
        int padding,
        boolean endStream) {
      fields.forEach(
          field ->
              headers.append(field.getKey()).append(": ").append(field.getValue()).append('\n'));
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int streamId, ByteBuf part, int padding, boolean endOfStream) {
      data.append(part.toString(ISO_8859_1));
      return part.readableBytes() + padding;
    }

    @Override
    public void onGoAwayRead(
        ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
      data.append(debugData.toString(ISO_8859_1));
    }
  }
}
