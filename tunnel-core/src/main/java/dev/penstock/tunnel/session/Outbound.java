package dev.penstock.tunnel.session;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;

/**
 * The counts of a session's sending side, and what is kept of it: how much was sent, how much the
 * peer has acknowledged, how much more may go. Event loop only, but for what says otherwise.
 */
final class Outbound {
  /** At this part of the window in messages, however small, nothing more may be sent. */
  private static final int WINDOW_BYTES_PER_MESSAGE = 1024;

  private final SessionLimits limits;
  private final ReplayBuffer replay = new ReplayBuffer();

  // These are written by the event loop, and read by anybody for statistics.
  private volatile long sentBytes;
  private volatile long acknowledgedBytes;
  private volatile long deliveredBytes;

  Outbound(SessionLimits limits) {
    this.limits = limits;
  }

  /** Any thread. */
  long sentBytes() {
    return sentBytes;
  }

  /** Any thread. */
  long acknowledgedBytes() {
    return acknowledgedBytes;
  }

  /** Any thread. */
  long unacknowledgedBytes() {
    return Math.max(0, sentBytes - acknowledgedBytes);
  }

  /** What the peer is known to have, acknowledged or not. Any thread. */
  long deliveredBytes() {
    return deliveredBytes;
  }

  /** Any thread. */
  long replayBytes() {
    return replay.bytes();
  }

  /** How many bytes the next message may have; 0 at the bound of the window. */
  int sendableBytes() {
    int window = limits.replayWindowBytes();
    if (replay.messages() >= window / WINDOW_BYTES_PER_MESSAGE) {
      return 0;
    }
    long held = Math.max(replay.bytes(), unacknowledgedBytes());
    return (int) Math.min(window - held, limits.maxMessageBytes());
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes
  void send(ByteBuf message, Carrier over) {
    sentBytes += message.readableBytes();
    replay.add(over.send(message));
  }

  /** Takes an acknowledgement in; false when it cannot be one. */
  boolean acknowledged(long bytes) {
    if (bytes < acknowledgedBytes || bytes > sentBytes) {
      return false;
    }
    acknowledgedBytes = bytes;
    received(bytes);
    return true;
  }

  /** True when what follows the first {@code peerReceived} bytes can be sent again. */
  boolean canReplayFrom(long peerReceived) {
    return peerReceived >= acknowledgedBytes && peerReceived <= sentBytes;
  }

  /** The peer has that much, and needs it not again. */
  void received(long bytes) {
    deliveredBytes = Math.max(deliveredBytes, bytes);
    replay.release(bytes);
  }

  /** The carrier is gone: what it had taken may be lost. */
  void carrierLost() {
    replay.rewind();
  }

  /** True while something waits to be sent again; nothing else may be sent before. */
  boolean isReplaying() {
    return replay.isReplaying();
  }

  /** Sends the next of what was lost. */
  void replayNext(Carrier over) {
    replay.replayNext(over);
  }

  /** Forgets what is kept. */
  void clear() {
    replay.clear();
  }
}
