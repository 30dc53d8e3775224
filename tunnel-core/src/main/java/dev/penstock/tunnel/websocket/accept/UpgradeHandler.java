package dev.penstock.tunnel.websocket.accept;

import dev.penstock.tunnel.websocket.WebSocket;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the one HTTP request of a connection: an upgrade, a health check, or a clear refusal.
 *
 * <p>A connection that has not become a WebSocket within the handshake timeout is closed; one that
 * has leaves the HTTP handlers behind. Event loop only.
 */
final class UpgradeHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(UpgradeHandler.class);
  private static final String HEALTH_PATH = "/healthz";

  private final WebSocketServerSettings settings;
  private @Nullable ScheduledFuture<?> handshakeTimer;
  private boolean answered;

  /** What to do when the request is complete and was a good one. */
  private @Nullable Runnable upgrade;

  UpgradeHandler(WebSocketServerSettings settings) {
    this.settings = settings;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    long timeout = settings.handshakeTimeout().toMillis();
    handshakeTimer = ctx.executor().schedule(() -> tooSlow(ctx), timeout, TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (handshakeTimer != null) {
      handshakeTimer.cancel(false);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest request && !answered) {
        answered = true;
        answer(ctx, request);
      } else if (message instanceof LastHttpContent && upgrade != null) {
        upgrade.run();
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A port scanner, a health check that hangs up, a TLS alert: nothing to act on.
    log.debug("connection from {} failed: {}", ctx.channel().remoteAddress(), cause.toString());
    ctx.close();
  }

  private void tooSlow(ChannelHandlerContext ctx) {
    log.debug(
        "closing {}: no WebSocket within {}",
        ctx.channel().remoteAddress(),
        settings.handshakeTimeout());
    ctx.close();
  }

  private void answer(ChannelHandlerContext ctx, HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      refuse(ctx, request, List.of(), refusal(400, "not a proper HTTP/1.1 request"));
    } else if (JsonAnswer.path(request).equals(HEALTH_PATH) && isRead(request)) {
      respond(ctx, JsonAnswer.healthy());
    } else {
      answerUpgrade(ctx, request);
    }
  }

  private void answerUpgrade(ChannelHandlerContext ctx, HttpRequest request) {
    List<String> missing = UpgradeCheck.missing(request, settings.subprotocol());
    if (!missing.isEmpty()) {
      refuse(ctx, request, missing, notAnUpgrade());
      return;
    }
    UpgradeRequest asked =
        new UpgradeRequest(
            JsonAnswer.path(request), request.headers(), ctx.channel().remoteAddress());
    UpgradeDecision decision = settings.decide().apply(asked);
    if (decision instanceof UpgradeDecision.Accept accept) {
      upgrade = () -> accept(ctx, request, accept);
    } else if (decision instanceof UpgradeDecision.Refuse refuse) {
      refuse(ctx, request, missing, refuse);
    }
  }

  private void accept(
      ChannelHandlerContext ctx, HttpRequest request, UpgradeDecision.Accept accept) {
    HttpResponse response =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
    String key = String.valueOf(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY));
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, "websocket")
        .set(HttpHeaderNames.CONNECTION, "Upgrade")
        .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, UpgradeCheck.acceptValue(key.trim()))
        .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, settings.subprotocol());
    accept.headers().forEach(response.headers()::set);
    ctx.writeAndFlush(response, ctx.voidPromise());
    // First the WebSocket, then the codec goes: it hands on the bytes that came behind the request.
    ctx.pipeline().addLast(new WebSocket(ctx.channel(), accept.settings(), accept.listen()));
    ctx.pipeline().remove(this);
    ctx.pipeline().remove(HttpServerCodec.class);
  }

  private void refuse(
      ChannelHandlerContext ctx,
      HttpRequest request,
      List<String> missing,
      UpgradeDecision.Refuse refusal) {
    log.info(
        "refused {} {} from {}: {}{}",
        request.method(),
        JsonAnswer.path(request),
        ctx.channel().remoteAddress(),
        refusal.error(),
        missing.isEmpty() ? "" : "; missing: " + String.join(", ", missing));
    respond(ctx, JsonAnswer.refusal(request, ctx.channel().remoteAddress(), missing, refusal));
  }

  private static void respond(ChannelHandlerContext ctx, FullHttpResponse response) {
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  private static boolean isRead(HttpRequest request) {
    return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
  }

  private static UpgradeDecision.Refuse notAnUpgrade() {
    return new UpgradeDecision.Refuse(
        426,
        "not a WebSocket upgrade that this port takes",
        "if a Penstock client sent this, a hop in between removed what is missing; "
            + "let it pass Upgrade and Connection over HTTP/1.1",
        Map.of("Upgrade", "websocket", "Sec-WebSocket-Version", "13"));
  }

  private static UpgradeDecision.Refuse refusal(int status, String error) {
    return new UpgradeDecision.Refuse(
        status, error, "send a WebSocket upgrade over HTTP/1.1 (RFC 6455 §4.1)", Map.of());
  }
}
