package dev.penstock.tunnel.websocket.dial;

import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.io.IOException;
import java.util.List;
import org.glassfish.tyrus.client.ClientManager;
import org.glassfish.tyrus.client.ClientProperties;

/** Opens one WebSocket to a {@link DialTarget}. */
public final class WebSocketDialer {
  /** Our own timer ends the dial and knows at which step; Tyrus's is only the safety net. */
  private static final int TYRUS_GRACE_MILLIS = 2_000;

  private WebSocketDialer() {}

  /**
   * Dials, and returns once the server has accepted the upgrade; {@link DialTarget.Opened#listen}
   * is called at about that time.
   *
   * <p>Blocks for at most the handshake timeout. Redirects are not followed: a redirect of an
   * upgrade is a login page or a misconfigured hop, and the token must not travel on.
   *
   * @throws DialException with the step and the real cause
   * @throws InterruptedException when the thread was interrupted; the connection is given up
   */
  public static void dial(DialTarget target) throws DialException, InterruptedException {
    Dial dial = new Dial(target);
    ClientManager manager = ClientManager.createClient(NettyClientContainer.class.getName());
    manager
        .getProperties()
        .put(
            ClientProperties.HANDSHAKE_TIMEOUT,
            Math.toIntExact(target.handshakeTimeout().toMillis()) + TYRUS_GRACE_MILLIS);
    manager.getProperties().put(NettyClientContainer.DIAL, dial);
    ClientEndpointConfig config =
        ClientEndpointConfig.Builder.create()
            .preferredSubprotocols(List.of(target.subprotocol()))
            .build();
    try {
      manager.connectToServer(new NoEndpoint(), config, target.uri());
    } catch (DeploymentException | IOException | RuntimeException e) {
      dial.abandon();
      throw DialFailures.explain(target, dial.switched(), e);
    } finally {
      manager.shutdown(); // its threads would outlive each dial, and a line may break often
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
