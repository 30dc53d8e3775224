package dev.penstock.testing.websocketprobe;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.testing.report.StepFailedException;
import dev.penstock.testing.report.Steps;
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
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpStatusClass;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The request for an upgrade on an open connection, and the answer to it (RFC 6455 §4.1). Event
 * loop only, but for {@link #done}.
 */
final class Upgrade extends ChannelInboundHandlerAdapter {
  private static final String KEY_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int MAX_STATUS_LINE_BYTES = 8 * 1024;
  private static final int MAX_HEADERS_BYTES = 64 * 1024;
  private static final int MAX_CHUNK_BYTES = 8 * 1024;
  private static final int MAX_BODY_CHARS = 64 * 1024;
  private static final int NO_STATUS = 999;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  private static final Duration HEARTBEAT = Duration.ofSeconds(20);

  private final Target target;
  private final String key;
  private final CompletableFuture<Conversation> done = new CompletableFuture<>();
  private final StringBuilder body = new StringBuilder();
  private @Nullable HttpResponse answer;
  private @Nullable HttpResponseStatus interim;

  private Upgrade(Target target) {
    this.target = target;
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    this.key = Base64.getEncoder().encodeToString(random);
  }

  /** Asks on this channel, whose event loop this is; what it has said already counts. */
  static Upgrade ask(Channel channel, Target target) {
    Upgrade upgrade = new Upgrade(target);
    if (!channel.isActive()) {
      upgrade.fail("the connection was closed before it was asked for anything", List.of());
      return upgrade;
    }
    HttpClientCodec codec =
        new HttpClientCodec(MAX_STATUS_LINE_BYTES, MAX_HEADERS_BYTES, MAX_CHUNK_BYTES);
    channel.pipeline().addLast(new FirstBytes(upgrade::notHttp1), codec, upgrade);
    channel.writeAndFlush(upgrade.request());
    channel.pipeline().remove(HeldBytes.class);
    return upgrade;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    long nanos = target.timeout().toNanos();
    Future<?> timer = ctx.executor().schedule(() -> timeUp(ctx), nanos, TimeUnit.NANOSECONDS);
    done.whenComplete((opened, why) -> timer.cancel(false));
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
        begin(ctx, begun);
      }
      if (message instanceof HttpContent content && answer != null) {
        body.append(content.content().toString(UTF_8));
        if (message instanceof LastHttpContent || body.length() > MAX_BODY_CHARS) {
          judge(ctx, answer);
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpResponse response) {
    boolean switching = response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
    if (response.decoderResult().isFailure()) {
      unreadable(response);
    } else if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL && !switching) {
      interim = response.status(); // the answer is still to come (RFC 9110 §15.2)
    } else {
      answer = response;
      if (switching && !isForOurKey(response)) {
        judge(ctx, response); // what follows belongs to no protocol that is known
      }
    }
  }

  /** Where not even a status was read, the decoder makes up one. */
  private void unreadable(HttpResponse response) {
    fail(
        response.status().code() == NO_STATUS
            ? "what came is not HTTP/1.1"
            : "answered " + response.status() + ", with headers too large or not proper to be read",
        List.of(ForeignText.of(response.decoderResult().cause())));
  }

  private void judge(ChannelHandlerContext ctx, HttpResponse response) {
    if (!response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      fail("answered " + status(response) + " instead of 101", shown(response));
    } else if (!response.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT)) {
      fail("answered 101, but without Sec-WebSocket-Accept", shown(response));
    } else if (!isForOurKey(response)) {
      fail("answered 101, but Sec-WebSocket-Accept is not for our key", shown(response));
    } else {
      open(ctx, response);
    }
  }

  private void open(ChannelHandlerContext ctx, HttpResponse response) {
    Conversation conversation = new Conversation(response);
    Channel channel = ctx.channel();
    WebSocketSettings settings = new WebSocketSettings(false, MAX_MESSAGE_BYTES, HEARTBEAT);
    channel.pipeline().addLast(new WebSocket(channel, settings, conversation::begin));
    channel.pipeline().remove(this);
    channel.pipeline().remove(HttpClientCodec.class);
    done.complete(conversation);
  }

  private boolean isForOurKey(HttpResponse response) {
    return accept().equals(response.headers().get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT));
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
    List<String> lines = new ArrayList<>(ShownAnswer.headers(response));
    lines.addAll(ShownAnswer.body(body.toString()));
    return lines;
  }

  /** The reason is the peer's words. */
  private static String status(HttpResponse response) {
    return ForeignText.printable(response.status().toString());
  }

  private void timeUp(ChannelHandlerContext ctx) {
    String within = " within " + Steps.millis(target.timeout().toNanos());
    if (done.isDone()) {
      return;
    }
    if (answer != null) {
      judge(ctx, answer); // an answer without an end
    } else if (interim != null) {
      fail("no answer to the upgrade request but " + interim + within, List.of());
    } else {
      fail("no answer to the upgrade request" + within, List.of());
    }
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
