package dev.penstock.tunnel.websocket.dial;

import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.glassfish.tyrus.client.ClientManager;
import org.glassfish.tyrus.client.ClientProperties;

/** Opens one WebSocket to a {@link DialTarget}. */
public final class WebSocketDialer {
  /** Our own timer ends the dial and knows at which step; Tyrus's is only the safety net. */
  private static final int TYRUS_GRACE_MILLIS = 2_000;

  private WebSocketDialer() {}

  /**
   * Dials, and returns once {@link DialTarget.Opened#listen} has been called.
   *
   * <p>Blocks for at most the handshake timeout. Redirects are not followed: a redirect of an
   * upgrade is a login page or a misconfigured hop, and the token must not travel on.
   *
   * @throws DialException with the step and the real cause
   */
  public static void dial(DialTarget target) throws DialException {
    ClientManager manager = ClientManager.createClient(NettyClientContainer.class.getName());
    manager
        .getProperties()
        .put(
            ClientProperties.HANDSHAKE_TIMEOUT,
            Math.toIntExact(target.handshakeTimeout().toMillis()) + TYRUS_GRACE_MILLIS);
    manager.getProperties().put(NettyClientContainer.TARGET, target);
    ClientEndpointConfig config =
        ClientEndpointConfig.Builder.create()
            .preferredSubprotocols(List.of(target.subprotocol()))
            .configurator(new RequestHeaders(target.headers()))
            .build();
    try {
      manager.connectToServer(new NoEndpoint(), config, target.uri());
    } catch (DeploymentException | IOException | RuntimeException e) {
      throw DialFailures.explain(target, e);
    }
  }

  private static final class RequestHeaders extends ClientEndpointConfig.Configurator {
    private final Map<String, String> headers;

    RequestHeaders(Map<String, String> headers) {
      this.headers = headers;
    }

    @Override
    public void beforeRequest(Map<String, List<String>> request) {
      headers.forEach((name, value) -> request.put(name, List.of(value)));
    }
  }

  /** Tyrus wants an endpoint; ours are the handlers of the Netty channel. */
  private static final class NoEndpoint extends Endpoint {
    @Override
    public void onOpen(Session session, EndpointConfig config) {
      // Netty's event loop has the connection already.
    }
  }
}
