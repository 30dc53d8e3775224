package dev.penstock.tunnel.session;

import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import dev.penstock.tunnel.websocket.dial.DialException;
import dev.penstock.tunnel.websocket.dial.DialTarget;
import dev.penstock.tunnel.websocket.dial.HttpProxy;
import dev.penstock.tunnel.websocket.dial.ResponseHeaders;
import dev.penstock.tunnel.websocket.dial.WebSocketDialer;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Dials one server for one tunnel id; each success is a new session. */
final class SessionDialer {
  private final DialLoop.Settings settings;
  private final SslContext tls;

  /**
   * @throws IOException when the trusted certificates cannot be used
   */
  SessionDialer(DialLoop.Settings settings) throws IOException {
    this.settings = settings;
    this.tls = TlsFiles.trusting(settings.trustedCertificates());
  }

  /**
   * Dials once. Blocks for at most the handshake timeout.
   *
   * @param loop where the session shall live
   * @param onAttached called on {@code loop}; must give the session its listener
   * @throws IllegalArgumentException when the token cannot be sent
   */
  void dial(EventLoop loop, Consumer<Attachment> onAttached)
      throws DialException, InterruptedException {
    WebSocketDialer.dial(
        new DialTarget(
            uri(),
            WireProtocol.SUBPROTOCOL,
            Map.of(
                "Authorization", "Bearer " + token(), WireProtocol.INSTANCE, settings.instance()),
            settings.handshakeTimeout(),
            proxy(),
            tls,
            loop,
            new Opened(onAttached)));
  }

  private String token() {
    String token = settings.token().get();
    if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "the token holds a space, a line break or another character that no token has");
    }
    return token;
  }

  private URI uri() {
    String base = settings.server().toString();
    String slashless = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    return URI.create(slashless + WireProtocol.PATH_PREFIX + settings.tunnelId());
  }

  private @Nullable HttpProxy proxy() {
    InetSocketAddress address = settings.proxy();
    return address == null
        ? null
        : new HttpProxy(address, settings.proxyUser(), settings.proxyPassword());
  }

  private final class Opened implements DialTarget.Opened {
    private final Consumer<Attachment> onAttached;

    Opened(Consumer<Attachment> onAttached) {
      this.onAttached = onAttached;
    }

    @Override
    public WebSocketSettings settings(ResponseHeaders headers) {
      sessionId(headers); // one that makes no sense must show now, while the dial can still fail
      SessionLimits limits = limits(headers);
      return new WebSocketSettings(false, limits.maxMessageBytes(), limits.heartbeat());
    }

    @Override
    public WebSocketListener listen(WebSocket webSocket, ResponseHeaders headers) {
      WebSocketCarrier carrier = new WebSocketCarrier(webSocket);
      Session session = new Session(sessionId(headers), limits(headers), carrier);
      carrier.carry(session);
      onAttached.accept(new Attachment(settings.tunnelId(), settings.instance(), session));
      return carrier;
    }

    private static SessionId sessionId(ResponseHeaders headers) {
      return new SessionId(
          headers
              .first(WireProtocol.SESSION)
              .orElseThrow(
                  () -> new IllegalArgumentException("there is no " + WireProtocol.SESSION)));
    }

    /** The acceptor decides; what it does not state is as by default. */
    private static SessionLimits limits(ResponseHeaders headers) {
      SessionLimits defaults = SessionLimits.DEFAULTS;
      long heartbeatMillis =
          number(headers, WireProtocol.HEARTBEAT, (int) defaults.heartbeat().toMillis());
      return new SessionLimits(
          number(headers, WireProtocol.REPLAY_WINDOW, defaults.replayWindowBytes()),
          number(headers, WireProtocol.MAX_MESSAGE, defaults.maxMessageBytes()),
          Duration.ofMillis(heartbeatMillis));
    }

    private static int number(ResponseHeaders headers, String name, int ifAbsent) {
      Optional<String> value = headers.first(name);
      try {
        return value.isEmpty() ? ifAbsent : Integer.parseInt(value.get());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "%s is '%s', not a number".formatted(name, value.get()), e);
      }
    }
  }
}
