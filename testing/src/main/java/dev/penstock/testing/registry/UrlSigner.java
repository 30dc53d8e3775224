package dev.penstock.testing.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.netty.shaded.io.netty.handler.codec.http.QueryStringDecoder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs URLs with their end, as object stores do, and knows its own again. Any thread. */
final class UrlSigner {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  UrlSigner() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  /** Returns the path with a query that lets it in until then. */
  String sign(String path, Instant end) {
    String expires = String.valueOf(end.toEpochMilli());
    return path + "?expires=" + expires + "&signature=" + signature(path, expires);
  }

  /** Whether this is a URL of ours that has not come to its end. */
  boolean isValid(String uri, Instant now) {
    QueryStringDecoder decoded = new QueryStringDecoder(uri);
    Map<String, List<String>> query = decoded.parameters();
    String expires = String.join(",", query.getOrDefault("expires", List.of()));
    return List.of(signature(decoded.path(), expires)).equals(query.get("signature"))
        && now.isBefore(Instant.ofEpochMilli(Long.parseLong(expires)));
  }

  private String signature(String path, String expires) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal((path + "?" + expires).getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
