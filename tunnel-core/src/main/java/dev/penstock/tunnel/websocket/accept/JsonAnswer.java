package dev.penstock.tunnel.websocket.accept;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The body of every answer that is not an upgrade: what arrived, what was missing, what to do.
 *
 * <p>Hops between client and server drop headers; this answer is how anybody finds out which. It
 * repeats values only of headers that are about the path; of the others it gives the names, since
 * their values may be secret.
 */
final class JsonAnswer {
  private static final Set<String> REPEATED =
      Set.of(
          "host",
          "upgrade",
          "connection",
          "sec-websocket-version",
          "sec-websocket-protocol",
          "user-agent",
          "via",
          "x-forwarded-for",
          "x-forwarded-proto",
          "x-forwarded-host");

  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private JsonAnswer() {}

  static FullHttpResponse health(boolean draining) {
    JsonObject body = new JsonObject();
    body.addProperty("status", draining ? "draining" : "ok");
    return response(draining ? 503 : 200, body);
  }

  /** The answer to bytes that cannot be told from a request, which are therefore not repeated. */
  static FullHttpResponse unreadable(SocketAddress peer, UpgradeDecision.Refuse refusal) {
    JsonObject arrived = new JsonObject();
    arrived.addProperty("peer", String.valueOf(peer));
    return refusal(arrived, List.of(), refusal);
  }

  static FullHttpResponse refusal(
      HttpRequest request,
      SocketAddress peer,
      List<String> missing,
      UpgradeDecision.Refuse refusal) {
    return refusal(arrived(request, peer), missing, refusal);
  }

  private static FullHttpResponse refusal(
      JsonObject arrived, List<String> missing, UpgradeDecision.Refuse refusal) {
    JsonObject body = new JsonObject();
    body.addProperty("error", refusal.error());
    body.addProperty("hint", refusal.hint());
    body.add("arrived", arrived);
    JsonArray names = new JsonArray();
    missing.forEach(names::add);
    body.add("missing", names);
    FullHttpResponse response = response(refusal.status(), body);
    refusal.headers().forEach(response.headers()::set);
    return response;
  }

  private static JsonObject arrived(HttpRequest request, SocketAddress peer) {
    JsonObject headers = new JsonObject();
    for (Map.Entry<String, String> header : request.headers()) {
      boolean repeated = REPEATED.contains(header.getKey().toLowerCase(Locale.ROOT));
      headers.addProperty(header.getKey(), repeated ? header.getValue() : "(not shown)");
    }
    JsonObject arrived = new JsonObject();
    arrived.addProperty("method", request.method().name());
    arrived.addProperty("version", request.protocolVersion().text());
    arrived.addProperty("path", path(request));
    arrived.addProperty("peer", String.valueOf(peer));
    arrived.add("headers", headers);
    return arrived;
  }

  /**
   * The path of a request target in origin or absolute form (RFC 9112 §3.2). The query stays out:
   * people put secrets there.
   */
  static String path(HttpRequest request) {
    String uri = request.uri();
    int query = uri.indexOf('?');
    String target = query < 0 ? uri : uri.substring(0, query);
    int authority = target.startsWith("/") ? -1 : target.indexOf("://");
    if (authority < 0) {
      return target;
    }
    int path = target.indexOf('/', authority + "://".length());
    return path < 0 ? "/" : target.substring(path);
  }

  private static FullHttpResponse response(int status, JsonObject body) {
    byte[] bytes = (GSON.toJson(body) + "\n").getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            Unpooled.wrappedBuffer(bytes));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
        .set(HttpHeaderNames.CONNECTION, "close");
    return response;
  }
}
