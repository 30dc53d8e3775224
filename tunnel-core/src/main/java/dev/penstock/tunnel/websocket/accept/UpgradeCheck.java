package dev.penstock.tunnel.websocket.accept;

import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What RFC 6455 §4.2.1 asks of an upgrade request, each requirement by name, so that the answer to
 * an improper one can say what is missing.
 */
final class UpgradeCheck {
  private static final String KEY_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;

  private static final String HTTP = "HTTP/1.1";
  private static final String UPGRADE = "header Upgrade: websocket";
  private static final String CONNECTION = "header Connection: Upgrade";
  private static final String VERSION = "header Sec-WebSocket-Version: 13";

  private final HttpRequest request;
  private final List<Subprotocol> spoken;
  private final List<String> missing = new ArrayList<>();

  private UpgradeCheck(HttpRequest request, List<Subprotocol> spoken) {
    this.request = request;
    this.spoken = spoken;
  }

  /** Lists what {@code request} lacks; empty for a proper upgrade. */
  static List<String> missing(HttpRequest request, List<Subprotocol> spoken) {
    return new UpgradeCheck(request, spoken).run();
  }

  /**
   * Whether 426 is the answer to a request that lacks this: it is no upgrade, as far as HTTP goes
   * (RFC 9110 §7.8), or one to a WebSocket of another version (RFC 6455 §4.2.2).
   */
  static boolean isNoUpgrade(List<String> missing) {
    return missing.stream().anyMatch(List.of(HTTP, UPGRADE, CONNECTION, VERSION)::contains);
  }

  /** The value of {@code Sec-WebSocket-Accept} for a key (RFC 6455 §4.2.2, item 5.4). */
  static String acceptValue(String key) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      byte[] hash = sha1.digest((key + KEY_GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-1", e);
    }
  }

  private List<String> run() {
    require(HttpMethod.GET.equals(request.method()), "method GET");
    require(request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0, HTTP);
    require(headers().contains(HttpHeaderNames.HOST), "header Host");
    require(hasToken("Upgrade", "websocket"), UPGRADE);
    require(hasToken("Connection", "upgrade"), CONNECTION);
    require(headers().contains("Sec-WebSocket-Version", "13", false), VERSION);
    // A body would keep a request that has been judged from its end, for as long as one likes.
    require(
        !HttpUtil.isTransferEncodingChunked(request) && HttpUtil.getContentLength(request, 0L) == 0,
        "no body");
    require(isKey(headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY)), "header Sec-WebSocket-Key");
    require(
        Subprotocol.choose(headers().getAll("Sec-WebSocket-Protocol"), spoken).isPresent(),
        "header Sec-WebSocket-Protocol: " + spoken.get(0).name());
    return missing;
  }

  private void require(boolean present, String name) {
    if (!present) {
      missing.add(name);
    }
  }

  private boolean hasToken(String header, String token) {
    return headers().containsValue(header, token, true);
  }

  private HttpHeaders headers() {
    return request.headers();
  }

  private static boolean isKey(@Nullable String key) {
    try {
      return key != null && Base64.getDecoder().decode(key.trim()).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
