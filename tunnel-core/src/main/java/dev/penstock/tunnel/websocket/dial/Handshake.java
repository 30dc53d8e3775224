package dev.penstock.tunnel.websocket.dial;

import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.handler.proxy.ProxyConnectException;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import java.io.EOFException;
import java.nio.ByteBuffer;
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

/**
 * Carries Tyrus's upgrade request and the response over the channel, and keeps track of the step.
 *
 * <p>The steps are {@link DialStep}; each failure, and the one timer over all of them, is reported
 * to the engine once, with the step at which it happened. When the engine accepts the response the
 * HTTP codec and this handler leave the pipeline to a {@link WebSocket}, in the same turn of the
 * event loop, so that no byte that follows the 101 can be missed. Event loop only.
 */
final class Handshake extends ChannelInboundHandlerAdapter {
  private final DialTarget target;
  private final ClientEngine engine;

  private DialStep step = DialStep.CONNECT;
  private boolean done;

  /** Waits for the end of the 101 to take over. */
  private @Nullable WebSocket webSocket;

  private @Nullable Channel channel;
  private @Nullable ScheduledFuture<?> timer;

  Handshake(DialTarget target, ClientEngine engine) {
    this.target = target;
    this.engine = engine;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    channel = ctx.channel();
    long timeout = target.handshakeTimeout().toMillis();
    timer = ctx.executor().schedule(this::timedOut, timeout, TimeUnit.MILLISECONDS);
  }

  void onConnected(Future<? super Void> connected) {
    if (!connected.isSuccess()) {
      failed(connected.cause());
    } else if (step == DialStep.CONNECT && target.proxy() != null) {
      step = DialStep.PROXY; // channelActive comes when the proxy has answered
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    passed(target.proxy() != null ? DialStep.PROXY : DialStep.CONNECT, ctx);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent tls) {
      if (tls.isSuccess()) {
        passed(DialStep.TLS, ctx);
      } else {
        step = DialStep.TLS;
        failed(tls.cause());
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpResponse response && !done) {
        onResponse(ctx, response);
      } else if (message instanceof LastHttpContent && webSocket != null) {
        open(ctx, webSocket);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    failed(new EOFException("the peer closed the connection"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof ProxyConnectException) {
      step = DialStep.PROXY;
    }
    failed(cause);
  }

  private void passed(DialStep passed, ChannelHandlerContext ctx) {
    step = nextAfter(passed);
    if (step == DialStep.UPGRADE) {
      sendRequest(ctx);
    }
  }

  private DialStep nextAfter(DialStep passed) {
    boolean tlsIsNext = target.isSecure() && passed != DialStep.TLS;
    return tlsIsNext ? DialStep.TLS : DialStep.UPGRADE;
  }

  private void sendRequest(ChannelHandlerContext ctx) {
    UpgradeRequest upgrade = engine.createUpgradeRequest(this::timedOut);
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target.uri().getRawPath());
    upgrade.getHeaders().forEach((name, values) -> request.headers().set(name, values));
    ctx.writeAndFlush(request, ctx.voidPromise());
  }

  private void onResponse(ChannelHandlerContext ctx, HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      failed(new DialException(step, "the answer is not HTTP", response.decoderResult().cause()));
      return;
    }
    TyrusUpgradeResponse upgrade = new TyrusUpgradeResponse();
    upgrade.setStatus(response.status().code());
    upgrade.setReasonPhrase(response.status().reasonPhrase());
    for (String name : response.headers().names()) {
      upgrade.getHeaders().put(name, response.headers().getAll(name));
    }
    if (upgrade.getStatus() != 101) {
      failed(DialFailures.answered(target, upgrade.getStatus(), upgrade.getHeaders()));
      return;
    }
    ResponseHeaders headers = new ResponseHeaders(upgrade.getHeaders());
    WebSocketSettings settings = settings(headers);
    if (settings == null) {
      return;
    }
    ClientUpgradeInfo info = engine.processResponse(upgrade, new NoWriter(), reason -> {});
    end();
    if (info.getUpgradeStatus() == ClientUpgradeStatus.SUCCESS) {
      webSocket =
          new WebSocket(ctx.channel(), settings, opened -> target.opened().listen(opened, headers));
    } else {
      ctx.close(); // the engine has reported what it found
    }
  }

  /** Must come before the engine hears of the answer: an engine that accepted cannot fail. */
  private @Nullable WebSocketSettings settings(ResponseHeaders headers) {
    try {
      return target.opened().settings(headers);
    } catch (IllegalArgumentException e) {
      failed(
          new DialException(
              step,
              "%s answered with limits out of range: %s".formatted(target, e.getMessage()),
              e));
      return null;
    }
  }

  private static void open(ChannelHandlerContext ctx, WebSocket webSocket) {
    ctx.pipeline().addLast(webSocket);
    ctx.pipeline().remove(ctx.handler());
    // On its way out the codec hands on the bytes that came behind the 101.
    ctx.pipeline().remove(HttpClientCodec.class);
  }

  private void timedOut() {
    failed(
        new DialException(
            step,
            step.unfinished() + " within " + target.handshakeTimeout().toMillis() + " ms",
            null));
  }

  private void failed(Throwable cause) {
    if (done) {
      return;
    }
    end();
    engine.processError(
        cause instanceof DialException ? cause : DialFailures.failed(target, step, cause));
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
