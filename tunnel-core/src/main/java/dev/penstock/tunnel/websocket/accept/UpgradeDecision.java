package dev.penstock.tunnel.websocket.accept;

import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

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
   * The connection moves to {@code loop}, to stay there, and is decided upon on that loop: what is
   * decided about belongs to it.
   *
   * @param decide called once; must not move the connection again
   */
  record Move(EventLoop loop, Supplier<UpgradeDecision> decide) implements UpgradeDecision {}

  /**
   * A JSON answer with {@code status}.
   *
   * @param error what is wrong, in one sentence
   * @param hint what the reader can do
   */
  record Refuse(int status, String error, String hint, Map<String, String> headers)
      implements UpgradeDecision {}
}
