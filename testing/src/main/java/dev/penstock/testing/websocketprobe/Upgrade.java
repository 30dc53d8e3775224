package dev.penstock.testing.websocketprobe;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.testing.report.StepFailedException;
import dev.penstock.tunnel.connection.ForeignText;
import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The request for an upgrade on an open connection, and the answer to it (RFC 6455 §4.1). Event
 * loop only, but for {@link #done}.
 */
final class Upgrade extends ChannelInboundHandlerAdapter {
  private static final String KEY_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int MAX_BODY_BYTES = 8 * 1024;
  private static final int MAX_BODY_LINES = 60;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  private static final Duration HEARTBEAT = Duration.ofSeconds(20);
  private static final Set<String> SECRET =
      Set.of("set-cookie", "authorization", "proxy-authorization", "authentication-info");

  private final Target target;
  private final String key;
  private final CompletableFuture<Conversation> done = new CompletableFuture<>();
  private final StringBuilder body = new StringBuilder();
  private @Nullable HttpResponse answer;

  private Upgrade(Target target) {
    this.target = target;
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    this.key = Base64.getEncoder().encodeToString(random);
  }

  /** Asks on this channel, whose event loop this is. */
  static Upgrade ask(Channel channel, Target target) {
    Upgrade upgrade = new Upgrade(target);
    channel.pipeline().addLast(new FirstBytes(upgrade::notHttp1), new HttpClientCodec(), upgrade);
    channel.writeAndFlush(upgrade.request());
    return upgrade;
  }

  /** Completes with the open WebSocket, or with a {@link StepFailedException}. Any thread. */
  CompletableFuture<Conversation> done() {
    return done;
  }

  private FullHttpRequest request() {
    URI uri = target.uri();
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.GET,
            uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    HttpHeaders headers = request.headers();
    headers
        .set(HttpHeaderNames.HOST, uri.getAuthority())
        .set(HttpHeaderNames.UPGRADE, "websocket")
        .set(HttpHeaderNames.CONNECTION, "Upgrade")
        .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13")
        .set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key);
    if (target.subprotocol() != null) {
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, target.subprotocol());
    }
    target.headers().forEach(headers::set);
    return request;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpResponse begun && answer == null) {
        answer = begun;
      }
      if (message instanceof HttpContent content && body.length() < MAX_BODY_BYTES) {
        body.append(content.content().toString(UTF_8));
      }
      if (answer != null && answer.decoderResult().isFailure()) {
        fail("what came is not HTTP/1.1", List.of());
      } else if (message instanceof LastHttpContent && answer != null) {
        judge(ctx, answer);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void judge(ChannelHandlerContext ctx, HttpResponse response) {
    if (!response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      fail("answered " + response.status() + " instead of 101", shown(response));
    } else if (!accept().equals(response.headers().get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT))) {
      fail("answered 101, but Sec-WebSocket-Accept is not for our key", shown(response));
    } else {
      Conversation conversation = new Conversation(response);
      Channel channel = ctx.channel();
      WebSocketSettings settings = new WebSocketSettings(false, MAX_MESSAGE_BYTES, HEARTBEAT);
      channel.pipeline().addLast(new WebSocket(channel, settings, conversation::begin));
      channel.pipeline().remove(this);
      channel.pipeline().remove(HttpClientCodec.class);
      done.complete(conversation);
    }
  }

  /** The value that belongs to the key (RFC 6455 §4.2.2). */
  private String accept() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + KEY_GUID).getBytes(UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  private List<String> shown(HttpResponse response) {
    List<String> lines = new ArrayList<>(headers(response));
    body.toString().lines().limit(MAX_BODY_LINES).map(ForeignText::printable).forEach(lines::add);
    return lines;
  }

  /** The headers of an answer, a line each, without secrets. */
  static List<String> headers(HttpResponse response) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, String> header : response.headers()) {
      boolean secret = SECRET.contains(header.getKey().toLowerCase(Locale.ROOT));
      String value = secret ? "(not shown)" : header.getValue();
      lines.add(ForeignText.printable(header.getKey() + ": " + value));
    }
    return lines;
  }

  private void notHttp1(String guess) {
    fail("what came is not HTTP/1.1, but " + guess, List.of());
  }

  private void fail(String message, List<String> details) {
    done.completeExceptionally(new StepFailedException(message, details));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (answer == null) {
      fail("the connection was closed without an answer", List.of());
    } else {
      judge(ctx, answer); // a body that lasts until the end
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail("the connection broke: " + ForeignText.of(cause), List.of());
    ctx.close();
  }
}
