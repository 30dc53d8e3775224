package dev.penstock.tunnel.websocket.accept;

import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import java.util.Map;
import java.util.function.Function;

/** The answer to an {@link UpgradeRequest}. */
public sealed interface UpgradeDecision {

  /**
   * 101, with {@code headers} beside those of RFC 6455.
   *
   * @param listen called once, on the event loop, when the WebSocket is open
   */
  record Accept(
      Map<String, String> headers,
      WebSocketSettings settings,
      Function<WebSocket, WebSocketListener> listen)
      implements UpgradeDecision {}

  /**
   * A JSON answer with {@code status}.
   *
   * @param error what is wrong, in one sentence
   * @param hint what the reader can do
   */
  record Refuse(int status, String error, String hint, Map<String, String> headers)
      implements UpgradeDecision {}
}
