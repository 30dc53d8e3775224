package dev.penstock.tunnel.websocket.dial;

import org.jspecify.annotations.Nullable;

/** One dial, from the thread that waits for it to the event loop that runs it. */
final class Dial {
  private final DialTarget target;

  // Written and read by the thread that dials: Tyrus opens the socket on it.
  private @Nullable Handshake handshake;

  Dial(DialTarget target) {
    this.target = target;
  }

  DialTarget target() {
    return target;
  }

  void begun(Handshake begun) {
    this.handshake = begun;
  }

  /** The 101, if there was one. Any thread. */
  @Nullable DialAnswer switched() {
    Handshake begun = handshake;
    return begun == null ? null : begun.switched();
  }

  /** Nobody waits any more: a handshake that still runs is not to become a WebSocket. */
  void abandon() {
    Handshake running = handshake;
    if (running != null && !target.loop().isShuttingDown()) {
      target.loop().execute(running::abandoned);
    }
  }
}
