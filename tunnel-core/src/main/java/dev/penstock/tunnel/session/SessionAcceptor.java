package dev.penstock.tunnel.session;

import dev.penstock.tunnel.connection.TlsFiles;
import dev.penstock.tunnel.websocket.accept.Subprotocol;
import dev.penstock.tunnel.websocket.accept.WebSocketServer;
import dev.penstock.tunnel.websocket.accept.WebSocketServerSettings;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Accepts WebSockets and makes of each whose token is good a session, or a session's next carrier.
 *
 * <p>The handshake is that of {@code proto/README.md}: the path names the tunnel id, the answer
 * states the session's id and the limits in force. Any thread.
 */
public final class SessionAcceptor implements AutoCloseable {
  private final WebSocketServer server;
  private final Decisions decisions;

  private SessionAcceptor(WebSocketServer server, Decisions decisions) {
    this.server = server;
    this.decisions = decisions;
  }

  /**
   * What a {@link SessionAcceptor} needs to know.
   *
   * @param resumeTimeout how long a session waits for its next carrier
   * @param certificateChain PEM; null, like {@code privateKey}, for plaintext
   * @param onAttached called on the session's event loop; must give the session its listener before
   *     it returns
   */
  public record Settings(
      InetSocketAddress listen,
      Duration handshakeTimeout,
      Duration resumeTimeout,
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
    return start(settings, loops, List.of());
  }

  /**
   * The same, with other languages spoken at the same place.
   *
   * @param others told apart by their names in the request; each is asked about its own
   */
  public static SessionAcceptor start(
      Settings settings, EventLoopGroup loops, List<? extends Subprotocol> others)
      throws IOException {
    Decisions decisions = new Decisions(settings);
    List<Subprotocol> spoken = new ArrayList<>(List.of(decisions));
    spoken.addAll(others);
    WebSocketServerSettings server =
        new WebSocketServerSettings(
            settings.listen(), spoken, settings.handshakeTimeout(), tls(settings));
    return new SessionAcceptor(WebSocketServer.start(server, loops), decisions);
  }

  public InetSocketAddress address() {
    return server.address();
  }

  /** Begins no more sessions, and says so to the health check; those there are go on, resuming. */
  public void drain() {
    server.drain();
    decisions.drain();
  }

  /** Stops accepting; sessions go on, each over the carrier that it has. */
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
}
