package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMessage;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What several hops do to a head. */
final class Heads {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Heads() {}

  static boolean asksForUpgrade(HttpRequest request) {
    return request.headers().contains(HttpHeaderNames.UPGRADE);
  }

  /** The headers that are for the next hop only (RFC 9110 §7.6.1), those of an upgrade included. */
  static void dropHopByHop(HttpMessage message) {
    message
        .headers()
        .remove(HttpHeaderNames.CONNECTION)
        .remove(HttpHeaderNames.UPGRADE)
        .remove("Keep-Alive")
        .remove("Proxy-Connection")
        .remove(HttpHeaderNames.TE);
  }

  /** Adds the peer to those who are named there, as every product does that adds any. */
  static void addForwardedFor(HttpRequest request, Passage passage) {
    String before = request.headers().get("X-Forwarded-For");
    request
        .headers()
        .set("X-Forwarded-For", before == null ? passage.peer() : before + ", " + passage.peer());
  }

  /** X-Forwarded-For, -Proto and -Port, as AWS' load balancers set them. */
  static void addForwarded(HttpRequest request, Passage passage) {
    addForwardedFor(request, passage);
    request
        .headers()
        .set("X-Forwarded-Proto", passage.scheme())
        .set("X-Forwarded-Port", passage.port());
  }

  static void lowerCaseNames(HttpMessage message) {
    HttpHeaders headers = message.headers();
    List<Map.Entry<String, String>> all = headers.entries();
    headers.clear();
    all.forEach(each -> headers.add(each.getKey().toLowerCase(Locale.ROOT), each.getValue()));
  }

  /** So many random hexadecimal digits. */
  static String randomHex(int digits) {
    byte[] bytes = new byte[digits / 2];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
