package dev.penstock.client.doctor.path;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.doctor.diagnosis.Answerer;
import dev.penstock.client.doctor.diagnosis.HeaderFields;
import dev.penstock.client.doctor.diagnosis.Sent;
import dev.penstock.client.network.ProxySettings;
import dev.penstock.tunnel.connection.Destination;
import dev.penstock.tunnel.connection.Tls;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way to the server as it is configured: the very one that a tunnel takes.
 *
 * @param serverName what is asked for under TLS
 * @param proxy null: directly
 */
record Way(
    boolean isSecure,
    String host,
    int port,
    String path,
    String serverName,
    @Nullable ProxySettings proxy) {
  /** The subprotocol of a probe, which begins no session (proto/README.md). */
  static final String PROBE = "penstock.probe.v1";

  private static final String PATH_PREFIX = "/tunnel/v1/";
  private static final String AGENT = "penstock-client-doctor";
  private static final SecureRandom RANDOM = new SecureRandom();

  static Way of(ClientConfig config) {
    URI server = config.server();
    boolean isSecure = "wss".equalsIgnoreCase(server.getScheme());
    String host = server.getHost().replaceAll("[\\[\\]]", ""); // of an IPv6 address
    int port = server.getPort() >= 0 ? server.getPort() : isSecure ? 443 : 80;
    String serverName = config.network().serverName(host);
    return new Way(
        isSecure,
        host,
        port,
        PATH_PREFIX + config.tunnel(),
        serverName == null ? host : serverName,
        config.network().proxies().settingsFor(isSecure, host, port));
  }

  /** {@code host:port}, as a URL has it. */
  String authority() {
    return Addresses.inWords(host, port);
  }

  String firstHost() {
    return proxy == null ? host : proxy.host();
  }

  int firstPort() {
    return proxy == null ? port : proxy.port();
  }

  /**
   * To the server, through the proxy if there is one.
   *
   * @param tls used for {@code wss://}; null: not even there
   * @throws IOException when the proxy's password cannot be read
   */
  Destination destination(@Nullable SslContext tls) throws IOException {
    return new Destination(
        (isSecure ? "wss://" : "ws://") + authority() + path,
        host,
        port,
        proxy == null ? null : proxy.read(),
        tls == null || !isSecure ? null : new Tls(tls, serverName));
  }

  /** A plain request for the tunnel's path. */
  Sent plain() {
    String nonce = nonce();
    return sent(nonce, common(nonce));
  }

  /**
   * A request for a probe.
   *
   * @param token null: not to be shown to whoever answers
   */
  Sent upgrade(@Nullable String token) {
    String nonce = nonce();
    List<String> headers = common(nonce);
    byte[] key = new byte[16];
    RANDOM.nextBytes(key);
    headers.addAll(
        List.of(
            "Upgrade", "websocket",
            "Connection", "Upgrade",
            "Sec-WebSocket-Version", "13",
            "Sec-WebSocket-Key", Base64.getEncoder().encodeToString(key),
            "Sec-WebSocket-Protocol", PROBE));
    if (token != null) {
      headers.addAll(List.of("Authorization", "Bearer " + token));
    }
    return sent(nonce, headers);
  }

  private List<String> common(String nonce) {
    boolean isUsualPort = port == (isSecure ? 443 : 80);
    String authority = authority();
    return new ArrayList<>(
        List.of(
            "Host",
            isUsualPort ? authority.substring(0, authority.lastIndexOf(':')) : authority,
            "User-Agent",
            AGENT,
            Answerer.PROBE_HEADER,
            nonce));
  }

  private Sent sent(String nonce, List<String> headers) {
    return new Sent(
        isSecure, host, port, path, HeaderFields.of(headers.toArray(new String[0])), nonce);
  }

  private static String nonce() {
    byte[] nonce = new byte[8];
    RANDOM.nextBytes(nonce);
    return HexFormat.of().formatHex(nonce);
  }
}
