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
   */
  void dial(EventLoop loop, Consumer<Attachment> onAttached) throws DialException {
    WebSocketDialer.dial(
        new DialTarget(
            uri(),
            WireProtocol.SUBPROTOCOL,
            Map.of(
                "Authorization",
                "Bearer " + settings.token().get(),
                WireProtocol.INSTANCE,
                settings.instance()),
            settings.handshakeTimeout(),
            proxy(),
            tls,
            loop,
            new Opened(onAttached)));
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
      SessionLimits limits = limits(headers);
      return new WebSocketSettings(false, limits.maxMessageBytes(), limits.heartbeat());
    }

    @Override
    public WebSocketListener listen(WebSocket webSocket, ResponseHeaders headers) {
      WebSocketCarrier carrier = new WebSocketCarrier(webSocket);
      SessionId id = new SessionId(headers.first(WireProtocol.SESSION).orElse(""));
      Session session = new Session(id, limits(headers), carrier);
      carrier.carry(session);
      onAttached.accept(new Attachment(settings.tunnelId(), settings.instance(), session));
      return carrier;
    }

    /** The acceptor decides; what it does not state is as by default. */
    private static SessionLimits limits(ResponseHeaders headers) {
      SessionLimits defaults = SessionLimits.DEFAULTS;
      return new SessionLimits(
          number(headers, WireProtocol.REPLAY_WINDOW, defaults.replayWindowBytes()),
          number(headers, WireProtocol.MAX_MESSAGE, defaults.maxMessageBytes()),
          Duration.ofMillis(
              number(
                  headers,
                  WireProtocol.HEARTBEAT,
                  Math.toIntExact(defaults.heartbeat().toMillis()))));
    }

    private static int number(ResponseHeaders headers, String name, int ifAbsent) {
      return headers.first(name).map(Integer::parseInt).orElse(ifAbsent);
    }
  }
}
