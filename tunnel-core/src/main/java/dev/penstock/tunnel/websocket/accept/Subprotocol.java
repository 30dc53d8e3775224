package dev.penstock.tunnel.websocket.accept;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One language that is spoken on the WebSockets of a {@link WebSocketServer} (RFC 6455 §1.9), and
 * who decides about a request for it.
 */
public interface Subprotocol {
  /** Its value of {@code Sec-WebSocket-Protocol}. */
  String name();

  /** Called on the event loop for each proper upgrade to it; must not block. */
  UpgradeDecision decide(UpgradeRequest request);

  /** One of this name, decided upon by {@code decision}. */
  static Subprotocol of(String name, Function<UpgradeRequest, UpgradeDecision> decision) {
    return new Subprotocol() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public UpgradeDecision decide(UpgradeRequest request) {
        return decision.apply(request);
      }
    };
  }

  /** The one that the peer likes best, of those that are spoken here (RFC 6455 §4.2.2, item 4). */
  static Optional<Subprotocol> choose(List<String> offered, List<Subprotocol> spoken) {
    return offered.stream()
        .flatMap(values -> List.of(values.split(",", -1)).stream())
        .map(String::trim)
        .flatMap(name -> spoken.stream().filter(here -> here.name().equals(name)))
        .findFirst();
  }
}
