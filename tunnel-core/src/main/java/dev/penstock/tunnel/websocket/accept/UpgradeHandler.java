package dev.penstock.tunnel.websocket.accept;

import dev.penstock.tunnel.connection.ForeignText;
import dev.penstock.tunnel.websocket.LingeringClose;
import dev.penstock.tunnel.websocket.WebSocket;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.codec.DecoderException;
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
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
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
  private final BooleanSupplier draining;
  private @Nullable ScheduledFuture<?> handshakeTimer;
  private boolean answered;

  /** What to do when the request is complete and was a good one. */
  private @Nullable Runnable upgrade;

  UpgradeHandler(WebSocketServerSettings settings, BooleanSupplier draining) {
    this.settings = settings;
    this.draining = draining;
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
      if (!ctx.channel().isActive()) {
        return; // the codec reports a request that a hang-up cut short; nobody waits for an answer
      }
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
    if (cause instanceof IOException || cause instanceof DecoderException) {
      // A port scanner, a health check that hangs up, a TLS alert: nothing to act on.
      log.debug("connection from {} failed: {}", ctx.channel().remoteAddress(), cause.toString());
    } else {
      log.error("closing {} on a defect", ctx.channel().remoteAddress(), cause);
    }
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
      refuseUnreadable(ctx, request);
    } else if (RequestPath.of(request).equals(HEALTH_PATH) && isRead(request)) {
      respond(ctx, request, JsonAnswer.health(draining.getAsBoolean()));
    } else {
      answerUpgrade(ctx, request);
    }
  }

  private void answerUpgrade(ChannelHandlerContext ctx, HttpRequest request) {
    List<String> missing = UpgradeCheck.missing(request, settings.subprotocols());
    if (!missing.isEmpty()) {
      boolean noUpgrade = UpgradeCheck.isNoUpgrade(missing);
      refuse(ctx, request, missing, noUpgrade ? Refusals.NOT_AN_UPGRADE : Refusals.IMPROPER);
      return;
    }
    Subprotocol spoken = subprotocol(request);
    UpgradeRequest asked =
        new UpgradeRequest(
            RequestPath.of(request), request.headers(), Arrived.of(request, ctx.channel()));
    UpgradeDecision decision = decide(asked, () -> spoken.decide(asked));
    if (decision instanceof UpgradeDecision.Move move) {
      upgrade =
          () -> move(ctx, move.loop(), () -> follow(ctx, request, decide(asked, move.decide())));
    } else if (decision instanceof UpgradeDecision.Accept accept) {
      upgrade = () -> accept(ctx, request, accept);
    } else {
      follow(ctx, request, decision);
    }
  }

  private static UpgradeDecision decide(UpgradeRequest asked, Supplier<UpgradeDecision> decision) {
    try {
      return decision.get();
    } catch (RuntimeException e) {
      log.error("cannot decide about {}", ForeignText.printable(asked.toString()), e);
      return Refusals.DEFECT;
    }
  }

  private void follow(ChannelHandlerContext ctx, HttpRequest request, UpgradeDecision decision) {
    if (decision instanceof UpgradeDecision.Accept accept) {
      accept(ctx, request, accept);
    } else if (decision instanceof UpgradeDecision.Refuse refuse) {
      refuse(ctx, request, List.of(), refuse);
    } else {
      throw new IllegalStateException("a connection moves once");
    }
  }

  /** Moves the connection to another event loop; meanwhile nothing is read from it. */
  private static void move(ChannelHandlerContext ctx, EventLoop loop, Runnable then) {
    Channel channel = ctx.channel();
    if (channel.eventLoop() == loop) {
      then.run();
      return;
    }
    channel.config().setAutoRead(false);
    channel
        .deregister()
        .addListener(
            left ->
                loop.register(channel)
                    .addListener(
                        arrived -> {
                          if (arrived.isSuccess()) {
                            channel.config().setAutoRead(true);
                            then.run();
                          } else {
                            channel.close();
                          }
                        }));
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
        .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, subprotocol(request).name());
    accept.headers().forEach(response.headers()::set);
    Signature.sign(response.headers(), request.headers());
    ctx.write(response, ctx.voidPromise());
    Channel channel = ctx.channel();
    // First the WebSocket, then the codec goes: it hands on the bytes that came behind the request.
    ctx.pipeline().addLast(new WebSocket(channel, accept.settings(), accept.listen()));
    if (ctx.isRemoved()) {
      return; // the connection broke meanwhile, and the WebSocket has told of it
    }
    ctx.pipeline().remove(this);
    ctx.pipeline().remove(HttpServerCodec.class);
    // The 101 leaves last: a peer that has it may rely on being known here.
    channel.flush();
  }

  private static void refuse(
      ChannelHandlerContext ctx,
      HttpRequest request,
      List<String> missing,
      UpgradeDecision.Refuse refusal) {
    Arrived arrived = Arrived.of(request, ctx.channel());
    log.info(
        "refused {} from {} with {}: {}{}{}",
        ForeignText.printable(request.method() + " " + ShownValue.ofTarget(request.uri())),
        arrived.peer(),
        refusal.status(),
        refusal.error(),
        listed("; missing: ", missing),
        listed("; it passed a hop that left: ", arrived.marks()));
    respond(ctx, request, JsonAnswer.refusal(arrived, missing, refusal));
  }

  private static String listed(String title, List<String> names) {
    return names.isEmpty() ? "" : title + String.join(", ", names);
  }

  private static void refuseUnreadable(ChannelHandlerContext ctx, HttpRequest request) {
    Arrived arrived = Arrived.unreadable(ctx.channel());
    UpgradeDecision.Refuse refusal = Refusals.unreadable(request.decoderResult().cause());
    log.info("refused what {} sent with {}: {}", arrived.peer(), refusal.status(), refusal.error());
    respond(ctx, request, JsonAnswer.refusal(arrived, List.of(), refusal));
  }

  /** Of a proper upgrade. */
  private Subprotocol subprotocol(HttpRequest request) {
    List<String> offered = request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    return Subprotocol.choose(offered, settings.subprotocols()).orElseThrow();
  }

  private static void respond(
      ChannelHandlerContext ctx, HttpRequest request, FullHttpResponse response) {
    Signature.sign(response.headers(), request.headers());
    ctx.write(response, ctx.voidPromise());
    LingeringClose.begin(ctx.channel());
  }

  private static boolean isRead(HttpRequest request) {
    return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
  }
}
