package dev.penstock.tunnel.websocket.accept;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.penstock.tunnel.connection.ForeignText;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What arrived of a request, as it may be told to whoever sent it: which hops it passed, and what
 * they dropped.
 *
 * <p>The value of a header is there only if it is about the path ({@link Marks}); of the others
 * there are the names, since their values may be secret. All of it is bounded. Made on the event
 * loop; immutable.
 */
public final class Arrived {
  static final int MAX_HEADERS = 64;
  private static final int MAX_NAME_CHARS = 64;

  /** Each has to be there for an upgrade, and hops drop each. */
  private static final List<String> OF_AN_UPGRADE =
      List.of(
          "Connection",
          "Upgrade",
          "Sec-WebSocket-Key",
          "Sec-WebSocket-Version",
          "Sec-WebSocket-Protocol");

  /** For one connection only (RFC 9110 §7.6.1), so the hop next to us wrote it. */
  private static final List<String> OF_THE_CONNECTION =
      List.of("Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding");

  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private final JsonObject json;
  private final SocketAddress peer;
  private final List<String> marks;

  private Arrived(JsonObject json, SocketAddress peer, List<String> marks) {
    this.json = json;
    this.peer = peer;
    this.marks = marks;
  }

  static Arrived of(HttpRequest request, Channel channel) {
    HttpHeaders headers = request.headers();
    JsonObject json = new JsonObject();
    json.addProperty("method", ForeignText.printable(request.method().name(), MAX_NAME_CHARS));
    json.addProperty("version", request.protocolVersion().text());
    json.addProperty("path", ShownValue.ofTarget(request.uri()));
    json.addProperty("peer", String.valueOf(channel.remoteAddress()));
    json.addProperty("tls", channel.pipeline().get(SslHandler.class) != null);
    json.add("headers", shown(headers, json));
    json.add("hop_by_hop", hopByHop(headers));
    return new Arrived(json, channel.remoteAddress(), marks(headers));
  }

  /** What is left of a request that could not be read: nothing of it may be repeated. */
  static Arrived unreadable(Channel channel) {
    JsonObject json = new JsonObject();
    json.addProperty("peer", String.valueOf(channel.remoteAddress()));
    return new Arrived(json, channel.remoteAddress(), List.of());
  }

  /** The address of the peer, or of the hop next to us. */
  public SocketAddress peer() {
    return peer;
  }

  /** The whole as a JSON object, on one line; {@code proto/README.md} has its fields. */
  public String toJson() {
    return GSON.toJson(json);
  }

  JsonObject json() {
    return json;
  }

  /** Names of the headers that hops left. */
  List<String> marks() {
    return marks;
  }

  private static JsonObject shown(HttpHeaders headers, JsonObject arrived) {
    JsonObject shown = new JsonObject();
    Set<String> names = names(headers);
    names.stream()
        .limit(MAX_HEADERS)
        .forEach(
            name ->
                shown.addProperty(
                    ForeignText.printable(name, MAX_NAME_CHARS),
                    ShownValue.ofHeader(name, String.join(", ", headers.getAll(name)))));
    if (names.size() > MAX_HEADERS) {
      arrived.addProperty("headers_left_out", names.size() - MAX_HEADERS);
    }
    return shown;
  }

  private static JsonObject hopByHop(HttpHeaders headers) {
    JsonArray present = new JsonArray();
    JsonArray absent = new JsonArray();
    OF_AN_UPGRADE.forEach(name -> (headers.contains(name) ? present : absent).add(name));
    OF_THE_CONNECTION.stream().filter(headers::contains).forEach(present::add);
    JsonObject both = new JsonObject();
    both.add("present", present);
    both.add("absent", absent);
    return both;
  }

  private static List<String> marks(HttpHeaders headers) {
    return names(headers).stream()
        .filter(Marks::isLeftByAHop)
        .limit(MAX_HEADERS)
        .map(name -> ForeignText.printable(name, MAX_NAME_CHARS))
        .toList();
  }

  /** Each once, whatever its case; ordered. */
  private static Set<String> names(HttpHeaders headers) {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach(header -> names.add(header.getKey()));
    return names;
  }
}
