package dev.penstock.tunnel.session;

import dev.penstock.tunnel.websocket.SentMessage;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What carries a session for a while: a WebSocket, or an adversary in a test.
 *
 * <p>All methods but {@link #eventLoop}, {@link #remoteAddress} and {@link #ping} are for the event
 * loop only.
 */
interface Carrier {
  EventLoop eventLoop();

  SocketAddress remoteAddress();

  /** Round trip of the last ping that was answered; null when none was. */
  default @Nullable Duration ping() {
    return null;
  }

  /** Returns an empty buffer for a message of up to {@code bytes}. */
  ByteBuf allocate(int bytes);

  /**
   * Queues one message of the session's bytes; takes ownership.
   *
   * @return the message, to be kept for as long as it may have to be sent again
   */
  SentMessage send(ByteBuf message);

  /** Sends a control message at once. */
  void sendControl(String message);

  /** Pushes what was queued to the line. */
  void flush();

  /**
   * False while enough is queued; {@link Session#onCarrierWritabilityChanged} tells of a change.
   */
  boolean isWritable();

  /** Stops or resumes receiving. */
  void setReading(boolean reading);

  /** Says why and hangs up, once. */
  void close(CloseCause cause, String detail);
}
