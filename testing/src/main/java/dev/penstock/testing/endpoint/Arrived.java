package dev.penstock.testing.endpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.penstock.tunnel.connection.ForeignText;
import dev.penstock.tunnel.websocket.accept.ShownValue;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * A request as it arrived, as JSON, without what could be secret.
 *
 * <p>The server has an {@code Arrived} of its own for the same question, and this one is no copy of
 * it: here a person reads every header, in the order and as often as it came, and who may have left
 * it; there a program compares, and each name comes once. Values are shown by the same rules, and
 * here those of browsers' own headers, too.
 */
final class Arrived {
  private static final int MAX_HEADERS = 100;
  private static final List<String> HOP_BY_HOP =
      List.of("Connection", "Upgrade", "Keep-Alive", "TE", "Proxy-Connection");

  private Arrived() {}

  static JsonObject of(HttpRequest request, Channel channel) {
    JsonObject arrived = new JsonObject();
    arrived.addProperty("method", ForeignText.printable(request.method().name()));
    arrived.addProperty("version", request.protocolVersion().text());
    arrived.addProperty("path", ShownValue.ofTarget(request.uri()));
    arrived.addProperty("query", request.uri().contains("?") ? ShownValue.NOT_SHOWN : "");
    arrived.addProperty("peer", peer(channel));
    arrived.addProperty("tls", channel.pipeline().get(SslHandler.class) != null);
    // What is asked for first comes first: those who print it may cut it.
    arrived.add("hop_by_hop", hopByHop(request));
    arrived.add("marks", marks(request));
    arrived.add("headers", headers(request));
    return arrived;
  }

  private static String peer(Channel channel) {
    InetSocketAddress peer = (InetSocketAddress) channel.remoteAddress();
    return peer.getAddress().getHostAddress() + ":" + peer.getPort();
  }

  /** Pairs, since names can come more than once, and in the order of their arrival. */
  private static JsonArray headers(HttpRequest request) {
    JsonArray headers = new JsonArray();
    for (Map.Entry<String, String> header : request.headers()) {
      if (headers.size() == MAX_HEADERS) {
        break;
      }
      headers.add(pair(header));
    }
    return headers;
  }

  private static JsonObject pair(Map.Entry<String, String> header) {
    JsonObject pair = new JsonObject();
    pair.addProperty("name", ForeignText.printable(header.getKey()));
    pair.addProperty("value", ShownHeader.of(header.getKey(), header.getValue()));
    return pair;
  }

  private static JsonObject hopByHop(HttpRequest request) {
    JsonArray present = new JsonArray();
    JsonArray absent = new JsonArray();
    for (String name : HOP_BY_HOP) {
      (request.headers().contains(name) ? present : absent).add(name);
    }
    JsonObject both = new JsonObject();
    both.add("present", present);
    both.add("absent", absent);
    return both;
  }

  private static JsonArray marks(HttpRequest request) {
    JsonArray marks = new JsonArray();
    for (Map.Entry<String, String> header : request.headers()) {
      Mark.of(header.getKey())
          .filter(mark -> marks.size() < MAX_HEADERS)
          .ifPresent(
              mark -> {
                JsonObject found = pair(header);
                found.addProperty("left_by", mark.leftBy());
                marks.add(found);
              });
    }
    return marks;
  }
}
