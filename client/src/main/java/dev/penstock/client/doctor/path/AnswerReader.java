package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.diagnosis.Answer;
import dev.penstock.client.doctor.diagnosis.Answer.Closed;
import dev.penstock.client.doctor.diagnosis.Answer.Http;
import dev.penstock.client.doctor.diagnosis.Answer.NotHttp;
import dev.penstock.client.doctor.diagnosis.Answer.Silence;
import dev.penstock.client.doctor.diagnosis.HeaderFields;
import dev.penstock.tunnel.connection.ForeignText;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import io.grpc.netty.shaded.io.netty.util.concurrent.Promise;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads whatever answers a request, as far as it says who that is; behind a 101, the first message.
 * Event loop only, but for what {@link #done} publishes.
 */
final class AnswerReader extends ChannelInboundHandlerAdapter {
  private static final WebSocketDecoderConfig FRAMES =
      WebSocketDecoderConfig.newBuilder()
          .expectMaskedFrames(false)
          .maxFramePayloadLength(Answer.MAX_BODY_BYTES)
          .build();

  private static final int PUSHED_AT_ONCE = 16 << 10;

  private final Channel channel;
  private final Duration patience;
  private final int pushed;
  private final Promise<Answer> done;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private @Nullable HttpResponse head;
  private @Nullable NotHttp other;

  // Written before the promise is done, and read after.
  private @Nullable String firstMessage;

  /**
   * Of one answer.
   *
   * @param pushed how many bytes to send behind a 101
   */
  AnswerReader(Channel channel, Duration patience, int pushed) {
    this.channel = channel;
    this.patience = patience;
    this.pushed = pushed;
    this.done = channel.eventLoop().newPromise();
  }

  /** Done within the patience, without failure. */
  Future<Answer> done() {
    return done;
  }

  @Nullable String firstMessage() {
    return firstMessage;
  }

  void begin() {
    ScheduledFuture<?> timer =
        channel
            .eventLoop()
            .schedule(() -> end(new Silence(patience)), patience.toNanos(), TimeUnit.NANOSECONDS);
    done.addListener(any -> timer.cancel(false));
    if (!channel.isActive()) {
      end(new Closed("before anything was sent"));
    }
  }

  /** What came is not HTTP. */
  void onNotHttp(NotHttp bytes, boolean isEnough) {
    other = bytes;
    if (isEnough) {
      done.trySuccess(bytes);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpResponse response) {
        onHead(response);
      }
      if (message instanceof HttpContent content) {
        onBody(content.content());
      }
      if (message instanceof LastHttpContent) {
        onEnd(ctx);
      } else if (message instanceof TextWebSocketFrame text) {
        onMessage(text.text());
      } else if (message instanceof CloseWebSocketFrame close) {
        onMessage("closed: " + close.statusCode());
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onHead(HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      done.trySuccess(new NotHttp(ForeignText.printable(response.status().toString())));
    } else if (response.status().code() == 101 || response.status().code() >= 200) {
      head = response; // else an interim answer (RFC 9110 §15.2); the real one follows
    }
  }

  private void onBody(ByteBuf content) {
    int room = Answer.MAX_BODY_BYTES - body.size();
    try {
      content.readBytes(body, Math.min(room, content.readableBytes()));
    } catch (IOException e) {
      throw new AssertionError("an array takes all", e);
    }
    if (room == 0) {
      answered();
    }
  }

  private void onEnd(ChannelHandlerContext ctx) {
    if (head == null) {
      return;
    }
    if (head.status().code() != 101) {
      answered();
      return;
    }
    ctx.pipeline()
        .addBefore(ctx.name(), "frames", new WebSocket13FrameDecoder(FRAMES))
        .addBefore(ctx.name(), "messages", new WebSocketFrameAggregator(Answer.MAX_BODY_BYTES));
    // On its way out the codec hands on the bytes that came behind the 101.
    ctx.pipeline().remove(HttpClientCodec.class);
    push(ctx);
  }

  private void push(ChannelHandlerContext ctx) {
    if (pushed > 0) {
      ctx.pipeline().addBefore(ctx.name(), "masking", new WebSocket13FrameEncoder(true));
    }
    for (int left = pushed; left > 0; left -= PUSHED_AT_ONCE) {
      ByteBuf payload = ctx.alloc().buffer(PUSHED_AT_ONCE).writeZero(PUSHED_AT_ONCE);
      ctx.write(new BinaryWebSocketFrame(payload), ctx.voidPromise());
    }
    ctx.flush();
  }

  private void onMessage(String text) {
    firstMessage = text;
    answered();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(new Closed("by the other end"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    end(new Closed(ForeignText.of(cause)));
  }

  /** Whatever there is by now is the answer. */
  private void end(Answer otherwise) {
    if (head != null) {
      answered();
    } else {
      done.trySuccess(other == null ? otherwise : other);
    }
  }

  private void answered() {
    HttpResponse response = head;
    if (response == null || done.isDone()) {
      return;
    }
    List<HeaderFields.Field> fields =
        response.headers().entries().stream()
            .map(header -> new HeaderFields.Field(header.getKey(), header.getValue()))
            .toList();
    done.trySuccess(
        new Http(
            response.protocolVersion().text(),
            response.status().code(),
            response.status().reasonPhrase(),
            new HeaderFields(fields),
            text()));
  }

  private String text() {
    byte[] bytes = body.toByteArray();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }
}
