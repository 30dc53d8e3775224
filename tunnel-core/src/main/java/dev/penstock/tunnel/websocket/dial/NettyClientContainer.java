package dev.penstock.tunnel.websocket.dial;

import jakarta.websocket.ClientEndpointConfig;
import java.util.Map;
import java.util.Objects;
import org.glassfish.tyrus.spi.ClientContainer;
import org.glassfish.tyrus.spi.ClientEngine;

/**
 * Tyrus's transport SPI on Netty: opens the channel over which a {@link ClientEngine} shakes hands.
 *
 * <p>Public with a public constructor because Tyrus makes it by name. One instance serves one dial.
 */
public final class NettyClientContainer implements ClientContainer {
  static final String DIAL = "dev.penstock.tunnel.dial";

  @Override
  public void openClientSocket(
      ClientEndpointConfig config, Map<String, Object> properties, ClientEngine engine) {
    Dial dial = (Dial) Objects.requireNonNull(properties.get(DIAL));
    Handshake handshake = new Handshake(dial.target(), engine);
    dial.begun(handshake);
    handshake.begin();
  }
}
