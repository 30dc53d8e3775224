package dev.penstock.tunnel.websocket.accept;

import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;

/**
 * A proper WebSocket upgrade that waits for a decision.
 *
 * @param path the path, without the query
 * @param arrived what may be said of the request to whoever sent it
 */
public record UpgradeRequest(String path, HttpHeaders headers, Arrived arrived) {
  private static final String BEARER = "bearer ";

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The token of {@code Authorization: Bearer} (RFC 6750 §2.1). */
  public Optional<String> bearerToken() {
    return header("Authorization")
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).trim());
  }

  /** Names the request without its headers, which hold a secret. */
  @Override
  public String toString() {
    return "upgrade of " + path + " from " + arrived.peer();
  }
}
