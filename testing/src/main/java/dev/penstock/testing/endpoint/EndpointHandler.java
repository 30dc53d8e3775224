package dev.penstock.testing.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.EmptyHttpHeaders;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObject;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.grpc.netty.shaded.io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import org.jspecify.annotations.Nullable;

/** Answers the one request of a connection: a page, JSON, or an echo. Event loop only. */
final class EndpointHandler extends SimpleChannelInboundHandler<HttpObject> {
  /** Here the first message is what arrived with the upgrade. */
  static final String LIVE_PATH = "/live";

  private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
  private static final String ANY_SUBPROTOCOL = "*";

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** Escapes what would end the script in which it stands. */
  private static final Gson GSON_FOR_PAGE = new GsonBuilder().setPrettyPrinting().create();

  private @Nullable HttpRequest request;
  private long bodyBytes;

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (message instanceof HttpRequest begun) {
      request = request == null ? begun : request; // the first one only; then the connection ends
    }
    if (message instanceof HttpContent content) {
      bodyBytes += content.content().readableBytes();
    }
    if (message instanceof LastHttpContent && request != null) {
      answer(ctx, request);
    }
  }

  private void answer(ChannelHandlerContext ctx, HttpRequest asked) {
    if (asked.decoderResult().isFailure()) {
      send(ctx, json(HttpResponseStatus.BAD_REQUEST, new JsonObject()));
      return;
    }
    JsonObject arrived = Arrived.of(asked, ctx.channel());
    WebSocketServerHandshaker handshaker = isUpgrade(asked) ? handshaker(asked) : null;
    String path = arrived.get("path").getAsString();
    if (handshaker != null) {
      upgrade(ctx, asked, handshaker, path.equals(LIVE_PATH) ? arrived : null);
    } else if (path.equals("/") && isRead(asked) && !wantsUpgrade(asked)) {
      send(ctx, page(arrived));
    } else {
      send(ctx, said(asked, arrived));
    }
  }

  private FullHttpResponse said(HttpRequest asked, JsonObject arrived) {
    JsonObject body = new JsonObject();
    body.addProperty("answered_by", "penstock-endpoint");
    body.addProperty("body_bytes", bodyBytes);
    if (wantsUpgrade(asked)) {
      body.addProperty(
          "error",
          "a WebSocket key arrived, but no whole upgrade: see hop_by_hop for what a hop took off");
    }
    body.add("arrived", arrived);
    return json(
        wantsUpgrade(asked) ? HttpResponseStatus.UPGRADE_REQUIRED : HttpResponseStatus.OK, body);
  }

  private static boolean isUpgrade(HttpRequest asked) {
    return asked.method().equals(HttpMethod.GET)
        && asked.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && asked.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
        && asked.headers().containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
        && wantsUpgrade(asked);
  }

  private static boolean wantsUpgrade(HttpRequest asked) {
    return asked.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY);
  }

  /** Null for a version that nobody speaks. */
  private static @Nullable WebSocketServerHandshaker handshaker(HttpRequest asked) {
    return new WebSocketServerHandshakerFactory(
            asked.uri(), ANY_SUBPROTOCOL, false, MAX_MESSAGE_BYTES)
        .newHandshaker(asked);
  }

  private void upgrade(
      ChannelHandlerContext ctx,
      HttpRequest asked,
      WebSocketServerHandshaker handshaker,
      @Nullable JsonObject greeting) {
    Channel channel = ctx.channel();
    FullHttpRequest whole =
        new DefaultFullHttpRequest(
            asked.protocolVersion(),
            asked.method(),
            asked.uri(),
            Unpooled.EMPTY_BUFFER,
            asked.headers(),
            EmptyHttpHeaders.INSTANCE);
    channel.pipeline().addLast(new EchoFrames());
    handshaker.handshake(channel, whole);
    ctx.pipeline().remove(this);
    if (greeting != null) {
      channel.writeAndFlush(new TextWebSocketFrame(GSON.toJson(greeting)));
    }
  }

  private static boolean isRead(HttpRequest asked) {
    return asked.method().equals(HttpMethod.GET) || asked.method().equals(HttpMethod.HEAD);
  }

  private static FullHttpResponse page(JsonObject arrived) {
    FullHttpResponse response =
        response(
            HttpResponseStatus.OK,
            "text/html; charset=utf-8",
            Page.with(GSON_FOR_PAGE.toJson(arrived)));
    response
        .headers()
        .set("Content-Security-Policy", Page.SECURITY_POLICY)
        .set("X-Content-Type-Options", "nosniff")
        .set("Referrer-Policy", "no-referrer");
    return response;
  }

  private static FullHttpResponse json(HttpResponseStatus status, JsonObject body) {
    return response(status, "application/json", GSON.toJson(body) + "\n");
  }

  private static FullHttpResponse response(HttpResponseStatus status, String type, String body) {
    byte[] bytes = body.getBytes(UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(bytes));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set(HttpHeaderNames.SERVER, "penstock-endpoint")
        .set(HttpHeaderNames.CONNECTION, "close");
    return response;
  }

  private static void send(ChannelHandlerContext ctx, FullHttpResponse response) {
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // the line broke, or it was not TLS that came
  }
}
