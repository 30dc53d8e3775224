package dev.penstock.tunnel.session;

import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import dev.penstock.tunnel.websocket.accept.UpgradeDecision;
import dev.penstock.tunnel.websocket.accept.UpgradeRequest;
import dev.penstock.tunnel.websocket.accept.WebSocketServer;
import dev.penstock.tunnel.websocket.accept.WebSocketServerSettings;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Accepts WebSockets and makes a session of each whose token is good.
 *
 * <p>The handshake is that of {@code proto/README.md}: the path names the tunnel id, the answer
 * states the session's id and the limits in force. Any thread.
 */
public final class SessionAcceptor implements AutoCloseable {
  private final WebSocketServer server;

  private SessionAcceptor(WebSocketServer server) {
    this.server = server;
  }

  /**
   * What a {@link SessionAcceptor} needs to know.
   *
   * @param certificateChain PEM; null, like {@code privateKey}, for plaintext
   * @param onAttached called on the session's event loop; must give the session its listener before
   *     it returns
   */
  public record Settings(
      InetSocketAddress listen,
      Duration handshakeTimeout,
      SessionLimits limits,
      @Nullable Path certificateChain,
      @Nullable Path privateKey,
      TunnelAuthenticator authenticator,
      Consumer<Attachment> onAttached) {

    public Settings {
      if ((certificateChain == null) != (privateKey == null)) {
        throw new IllegalArgumentException(
            "certificate and private key go together; given is only the "
                + (privateKey == null ? "certificate" : "private key"));
      }
    }
  }

  /**
   * Binds and starts to accept.
   *
   * @throws IOException when the address cannot be bound or the certificate not be used
   */
  public static SessionAcceptor start(Settings settings, EventLoopGroup loops) throws IOException {
    WebSocketServerSettings server =
        new WebSocketServerSettings(
            settings.listen(),
            WireProtocol.SUBPROTOCOL,
            settings.handshakeTimeout(),
            tls(settings),
            new Decisions(settings)::decide);
    return new SessionAcceptor(WebSocketServer.start(server, loops));
  }

  public InetSocketAddress address() {
    return server.address();
  }

  /** Stops accepting; sessions go on. */
  @Override
  public void close() {
    server.close();
  }

  /** Waits, for at most {@code longest}, until the peers have heard of the end. */
  public void awaitCarriersEnded(Duration longest) {
    server.awaitConnectionsEnded(longest);
  }

  private static @Nullable SslContext tls(Settings settings) throws IOException {
    Path chain = settings.certificateChain();
    Path key = settings.privateKey();
    return chain == null || key == null ? null : TlsFiles.presenting(chain, key);
  }

  /** Answers upgrade requests; on event loops. */
  private static final class Decisions {
    private final Settings settings;

    Decisions(Settings settings) {
      this.settings = settings;
    }

    UpgradeDecision decide(UpgradeRequest request) {
      Optional<String> tunnelId = WireProtocol.tunnelId(request.path());
      if (tunnelId.isEmpty()) {
        return refuse(404, "no such path", "dial " + WireProtocol.PATH_PREFIX + "{tunnel-id}");
      }
      String instance = request.header(WireProtocol.INSTANCE).orElse("");
      if (!WireProtocol.INSTANCE_NAME.matcher(instance).matches()) {
        return refuse(
            400,
            "no valid " + WireProtocol.INSTANCE + " header",
            "send 1 to 128 of the characters A-Z a-z 0-9 . _ -");
      }
      return judge(request, tunnelId.get(), instance);
    }

    private UpgradeDecision judge(UpgradeRequest request, String tunnelId, String instance) {
      Optional<String> token = request.bearerToken();
      TunnelAuthenticator.Verdict verdict =
          token
              .map(secret -> settings.authenticator().judge(tunnelId, secret))
              .orElse(TunnelAuthenticator.Verdict.UNKNOWN_TOKEN);
      return switch (verdict) {
        case ACCEPTED -> accept(tunnelId, instance);
        case OTHER_TUNNEL ->
            refuse(
                403,
                "this token is not for tunnel '" + tunnelId + "'",
                "use the token of that tunnel");
        case UNKNOWN_TOKEN ->
            new UpgradeDecision.Refuse(
                401,
                token.isPresent() ? "unknown token" : "no bearer token",
                "create one on the server with 'token create --tunnel " + tunnelId + "'",
                Map.of("WWW-Authenticate", "Bearer realm=\"penstock\""));
      };
    }

    private UpgradeDecision accept(String tunnelId, String instance) {
      SessionLimits limits = settings.limits();
      SessionId id = SessionId.random();
      return new UpgradeDecision.Accept(
          Map.of(
              WireProtocol.SESSION, id.value(),
              WireProtocol.RECEIVED, "0",
              WireProtocol.REPLAY_WINDOW, Integer.toString(limits.replayWindowBytes()),
              WireProtocol.MAX_MESSAGE, Integer.toString(limits.maxMessageBytes()),
              WireProtocol.HEARTBEAT, Long.toString(limits.heartbeat().toMillis())),
          new WebSocketSettings(true, limits.maxMessageBytes(), limits.heartbeat()),
          webSocket -> attach(webSocket, id, tunnelId, instance));
    }

    private WebSocketListener attach(
        WebSocket webSocket, SessionId id, String tunnelId, String instance) {
      WebSocketCarrier carrier = new WebSocketCarrier(webSocket);
      Session session = new Session(id, settings.limits(), carrier);
      carrier.carry(session);
      settings.onAttached().accept(new Attachment(tunnelId, instance, session));
      return carrier;
    }

    private static UpgradeDecision refuse(int status, String error, String hint) {
      return new UpgradeDecision.Refuse(status, error, hint, Map.of());
    }
  }
}
