package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.diagnosis.Answer;
import dev.penstock.client.doctor.diagnosis.Answer.Closed;
import dev.penstock.client.doctor.diagnosis.Answer.Http;
import dev.penstock.client.doctor.diagnosis.Answer.NotHttp;
import dev.penstock.client.doctor.diagnosis.Answer.Silence;
import dev.penstock.client.doctor.diagnosis.Answer.Unfinished;
import dev.penstock.client.doctor.diagnosis.Answer.Unreadable;
import dev.penstock.client.doctor.diagnosis.Sent;
import dev.penstock.client.doctor.visit.Exchange;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.tunnel.connection.ForeignText;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import io.grpc.netty.shaded.io.netty.util.concurrent.Promise;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads whatever answers a request, as far as it says who that is; behind a 101, the first message.
 * Event loop only, but for what {@link #done} publishes.
 */
final class AnswerReader extends ChannelInboundHandlerAdapter {
  /** What the decoder calls a status that it could not read. */
  private static final int UNKNOWN_STATUS = 999;

  private final EventLoop loop;
  private final boolean isUpgrade;
  private final int pushed;
  private final Promise<Answer> done;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private @Nullable HttpResponse head;
  private @Nullable NotHttp other;
  private String firstLine = "";
  private boolean isInterim;

  // Written before the promise is done, and read after.
  private Time time = Time.start();
  private Duration patience = Duration.ZERO;
  private @Nullable String firstMessage;
  private @Nullable String end;
  private Duration took = Duration.ZERO;

  /**
   * Of one answer.
   *
   * @param isUpgrade whether a 101 is what is asked for
   * @param pushed how many bytes to send behind a 101
   */
  AnswerReader(EventLoop loop, boolean isUpgrade, int pushed) {
    this.loop = loop;
    this.isUpgrade = isUpgrade;
    this.pushed = pushed;
    this.done = loop.newPromise();
  }

  /** Done within the patience, without failure. */
  Future<Answer> done() {
    return done;
  }

  /** What is known once it is done. */
  Exchange exchange(Sent sent) {
    Answer answer = done.isSuccess() ? done.getNow() : new Silence(patience);
    return new Exchange(sent, answer, firstMessage, end, took);
  }

  /** Sends the request, in the turn in which the connection is there: the peer may speak first. */
  void ask(Channel channel, FullHttpRequest request, Duration bound) {
    time = Time.start();
    patience = bound;
    ScheduledFuture<?> timer =
        loop.schedule(() -> end(new Silence(bound)), bound.toNanos(), TimeUnit.NANOSECONDS);
    done.addListener(any -> timer.cancel(false));
    channel.pipeline().addLast(new FirstBytes(this), LenientHttp.codec(), this);
    if (channel.isActive()) {
      channel.writeAndFlush(request, channel.voidPromise());
    } else {
      end(new Closed("before anything was sent"));
    }
  }

  /** What came is HTTP, or begins as if it were. */
  void onFirstLine(String line) {
    firstLine = line;
  }

  /** What came is not HTTP. */
  void onNotHttp(NotHttp bytes, boolean isEnough) {
    other = bytes;
    if (isEnough) {
      finish(bytes);
    }
  }

  private void finish(Answer answer) {
    if (!done.isDone()) {
      took = time.elapsed();
      done.trySuccess(answer);
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
    Throwable failure = response.decoderResult().cause();
    if (failure != null) {
      finish(
          response.status().code() == UNKNOWN_STATUS
              ? new NotHttp(firstLine)
              : new Unreadable(http(response), LenientHttp.inWords(failure)));
    } else if (response.status().code() == 101 || response.status().code() >= 200) {
      head = response;
    } else {
      isInterim = true; // RFC 9110 §15.2; the real one follows
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
    if (head.status().code() != 101 || !isUpgrade) {
      answered();
      return;
    }
    Frames.begin(ctx, pushed);
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
      if (otherwise instanceof Closed closed && !done.isDone()) {
        end = closed.how();
      }
      answered();
    } else if (other != null) {
      finish(other);
    } else {
      finish(firstLine.isEmpty() ? otherwise : new Unfinished(firstLine, isInterim, otherwise));
    }
  }

  private void answered() {
    if (head != null) {
      finish(http(head));
    }
  }

  private Http http(HttpResponse response) {
    return LenientHttp.answer(response, body.toByteArray());
  }
}
