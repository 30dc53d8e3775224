package dev.penstock.tunnel.websocket.dial;

import dev.penstock.tunnel.connection.Connecting;
import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.glassfish.tyrus.core.TyrusUpgradeResponse;
import org.glassfish.tyrus.spi.ClientEngine;
import org.glassfish.tyrus.spi.ClientEngine.ClientUpgradeInfo;
import org.glassfish.tyrus.spi.ClientEngine.ClientUpgradeStatus;
import org.glassfish.tyrus.spi.CompletionHandler;
import org.glassfish.tyrus.spi.UpgradeRequest;
import org.glassfish.tyrus.spi.Writer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects, and carries Tyrus's upgrade request and the response over the connection.
 *
 * <p>The steps are {@link DialStep}; each failure, time-outs included, is reported to the engine
 * once, with the step at which it happened. When the engine accepts the response the HTTP codec and
 * this handler leave the pipeline to a {@link WebSocket}, in the same turn of the event loop, so
 * that no byte that follows the 101 can be missed. Event loop only.
 */
final class Handshake extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Handshake.class);

  private final DialTarget target;
  private final ClientEngine engine;
  private final Connecting connecting;
  private final long deadlineNanos;

  private boolean done;

  /** Makes the WebSocket, once the 101 has been read to its end. */
  private @Nullable Runnable open;

  /** What answered in place of a 101, while its body comes. */
  private @Nullable AnswerBody answer;

  /** Volatile: the 101, written by the event loop, read by the thread that dials. */
  private volatile @Nullable DialAnswer switched;

  private @Nullable Channel channel;
  private @Nullable ScheduledFuture<?> timer;

  /** Begins to connect. */
  Handshake(DialTarget target, ClientEngine engine) {
    this.target = target;
    this.engine = engine;
    deadlineNanos = System.nanoTime() + target.handshakeTimeout().toNanos();
    connecting = Connecting.begin(target.destination(), target.loop(), target.handshakeTimeout());
  }

  /** Goes on with the connection when it is there. Any thread. */
  void begin() {
    connecting.channel().addListener(this::onConnected);
  }

  private void onConnected(Future<? super Channel> connected) {
    if (!connected.isSuccess()) {
      failed(connected.cause());
      return;
    }
    channel = (Channel) connected.getNow();
    if (done) {
      channel.close(); // nobody waits any more
      return;
    }
    long left = deadlineNanos - System.nanoTime();
    timer = target.loop().schedule(this::timedOut, left, TimeUnit.NANOSECONDS);
    channel.pipeline().addLast(new HttpClientCodec(), this);
    sendRequest(channel);
  }

  @Nullable DialAnswer switched() {
    return switched;
  }

  void abandoned() {
    connecting.abandon();
    failed(new DialException(DialStep.UPGRADE, "the dial of " + target + " was given up", null));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpResponse response && !done) {
        onResponse(ctx, response);
      } else if (message instanceof LastHttpContent && open != null) {
        open.run();
      } else if (message instanceof HttpContent content && answer != null) {
        onBody(answer, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    answerEnded();
    failed(new EOFException("the peer closed the connection"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (open != null) {
      log.error("closing the WebSocket to {} on a defect", target, cause);
      ctx.close();
      return;
    }
    answerEnded();
    failed(cause);
  }

  private void sendRequest(Channel over) {
    UpgradeRequest upgrade =
        engine.createUpgradeRequest(() -> target.loop().execute(this::timedOut));
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target.uri().getRawPath());
    upgrade.getHeaders().forEach((name, values) -> request.headers().set(name, values));
    // Not through Tyrus, which can be made to log the headers that it knows of.
    target.headers().forEach(request.headers()::set);
    over.writeAndFlush(request, over.voidPromise());
  }

  private void onResponse(ChannelHandlerContext ctx, HttpResponse response) {
    int status = response.status().code();
    if (response.decoderResult().isFailure()) {
      failed(DialFailures.notHttp(target, response.decoderResult().cause()));
    } else if (status == 101) {
      onSwitched(ctx, response);
    } else if (status >= 200) {
      answer = new AnswerBody(response, headers(response), target.maxAnswerBytes());
      if (answer.isFull()) {
        answerEnded();
      }
    }
    // What is left is an interim answer (RFC 9110 §15.2); the real one follows.
  }

  private void onBody(AnswerBody body, HttpContent content) {
    body.add(content.content());
    if (body.isFull() || content instanceof LastHttpContent) {
      answerEnded();
    }
  }

  /** Reports the answer that is no upgrade, if that has come, with what there is of its body. */
  private void answerEnded() {
    if (answer != null) {
      failed(DialFailures.answered(target, answer.answer()));
    }
  }

  private void onSwitched(ChannelHandlerContext ctx, HttpResponse response) {
    ResponseHeaders headers = headers(response);
    DialAnswer answered = new AnswerBody(response, headers, 0).answer();
    switched = answered;
    WebSocketSettings settings = agree(answered);
    if (settings == null) {
      return;
    }
    TyrusUpgradeResponse upgrade = new TyrusUpgradeResponse();
    upgrade.setStatus(response.status().code());
    upgrade.setReasonPhrase(response.status().reasonPhrase());
    upgrade.getHeaders().putAll(headers.asMap());
    end();
    ClientUpgradeInfo info = engine.processResponse(upgrade, new NoWriter(), reason -> {});
    if (info.getUpgradeStatus() == ClientUpgradeStatus.SUCCESS) {
      open = () -> open(ctx, settings, headers);
    } else {
      ctx.close(); // the engine has reported what it found
    }
  }

  /**
   * Checks what Tyrus does not. Must come before the engine hears of the answer: an engine that
   * accepted cannot fail.
   */
  private @Nullable WebSocketSettings agree(DialAnswer answered) {
    try {
      ResponseHeaders headers = answered.headers();
      String subprotocol = headers.first("Sec-WebSocket-Protocol").orElse("none");
      require(subprotocol.equals(target.subprotocol()), "the subprotocol is " + subprotocol);
      String extension = headers.first("Sec-WebSocket-Extensions").orElse("");
      require(extension.isEmpty(), "an extension that nobody offered is in use: " + extension);
      return target.opened().settings(headers);
    } catch (IllegalArgumentException e) {
      failed(DialFailures.unacceptable(target, answered, e));
      return null;
    }
  }

  private static void require(boolean agreed, String otherwise) {
    if (!agreed) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private void open(
      ChannelHandlerContext ctx, WebSocketSettings settings, ResponseHeaders headers) {
    ctx.pipeline()
        .addLast(
            new WebSocket(
                ctx.channel(), settings, opened -> target.opened().listen(opened, headers)));
    ctx.pipeline().remove(this);
    // On its way out the codec hands on the bytes that came behind the 101.
    ctx.pipeline().remove(HttpClientCodec.class);
  }

  private static ResponseHeaders headers(HttpResponse response) {
    Map<String, List<String>> headers = new HashMap<>();
    for (String name : response.headers().names()) {
      headers.put(name, response.headers().getAll(name));
    }
    return new ResponseHeaders(headers);
  }

  private void timedOut() {
    answerEnded();
    failed(DialFailures.timedOut(target));
  }

  /** Reports the end of the dial, once. */
  void failed(Throwable cause) {
    if (done) {
      return;
    }
    end();
    engine.processError(
        cause instanceof DialException ? cause : DialFailures.failed(target, cause));
    if (channel != null) {
      channel.close();
    }
  }

  private void end() {
    done = true;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  /** After the handshake Tyrus has nothing to write: control frames are the WebSocket's. */
  private static final class NoWriter extends Writer {
    @Override
    public void write(ByteBuffer buffer, CompletionHandler<ByteBuffer> completionHandler) {
      completionHandler.failed(new UnsupportedOperationException("Tyrus only shakes hands here"));
    }

    @Override
    public void close() {
      // The WebSocket owns the channel.
    }
  }
}
