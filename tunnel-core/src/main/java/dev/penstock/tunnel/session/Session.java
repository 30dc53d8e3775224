package dev.penstock.tunnel.session;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An ordered, reliable, flow-controlled byte stream to the peer.
 *
 * <p>Counts bytes both ways. What the peer has not acknowledged is bounded by the replay window: at
 * the bound the session is not writable, whatever the carrier says. Received bytes are acknowledged
 * as they are consumed, once for each quarter of the window, which costs two dozen bytes for some
 * megabytes, and not while the carrier is full: a peer that sends and never reads gathers nothing
 * here.
 *
 * <p><b>A fast and a slow peer.</b> A peer that stops consuming stops acknowledging, and {@link
 * #isWritable} turns false after at most a window. A listener that stops consuming calls {@link
 * #setReading}.
 *
 * <p><b>Closing.</b> {@link #close} tells the peer the cause; a lost carrier ends the session with
 * the carrier's cause. {@link #onCarrierClosed} is the seam at which a session will wait for its
 * next carrier.
 *
 * <p><b>Threads.</b> Event loop only, but for the getters that say so.
 */
public final class Session {
  private static final int ACKS_PER_WINDOW = 4;

  private final SessionId id;
  private final SessionLimits limits;
  private final Carrier carrier;
  private @Nullable SessionListener listener;
  private final CompletableFuture<SessionClosed> closed = new CompletableFuture<>();

  // Written by the event loop, read by anybody for statistics.
  private volatile long sentBytes;
  private volatile long acknowledgedBytes;
  private volatile long receivedBytes;
  private boolean over;
  private long consumedBytes;
  private long ackSentBytes;

  Session(SessionId id, SessionLimits limits, Carrier carrier) {
    this.id = id;
    this.limits = limits;
    this.carrier = carrier;
  }

  /** Says who stands above; called once, before the first byte can arrive. */
  public void listen(SessionListener listener) {
    this.listener = listener;
  }

  public SessionId id() {
    return id;
  }

  public SessionLimits limits() {
    return limits;
  }

  public EventLoop eventLoop() {
    return carrier.eventLoop();
  }

  public SocketAddress remoteAddress() {
    return carrier.remoteAddress();
  }

  /** Completes on the event loop when the session is over; never fails. Any thread. */
  public CompletableFuture<SessionClosed> closed() {
    return closed.copy();
  }

  /** Bytes sent so far. Any thread. */
  public long sentBytes() {
    return sentBytes;
  }

  /** Bytes received so far. Any thread. */
  public long receivedBytes() {
    return receivedBytes;
  }

  /** Bytes sent that the peer has not acknowledged: never above the replay window. Any thread. */
  public long unacknowledgedBytes() {
    return Math.max(0, sentBytes - acknowledgedBytes);
  }

  /** True while {@link #sendableBytes} may be sent, and the carrier is not full. */
  public boolean isWritable() {
    return !over && sendableBytes() > 0 && carrier.isWritable();
  }

  /** How many bytes the next message may have; 0 at the bound of the replay window. */
  public int sendableBytes() {
    long window = limits.replayWindowBytes() - unacknowledgedBytes();
    return (int) Math.min(window, limits.maxMessageBytes());
  }

  /** Returns an empty buffer for a message of up to {@code bytes}. */
  public ByteBuf allocate(int bytes) {
    return carrier.allocate(bytes);
  }

  /**
   * Sends the next bytes; takes ownership.
   *
   * @param message from {@link #allocate}, at most {@link #sendableBytes()} long
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes
  public void send(ByteBuf message) {
    if (over) {
      message.release();
      return;
    }
    sentBytes += message.readableBytes();
    carrier.send(message);
  }

  /** Pushes what was sent to the line. */
  public void flush() {
    carrier.flush();
  }

  /** Stops or resumes receiving. */
  public void setReading(boolean reading) {
    carrier.setReading(reading);
  }

  /** The listener has taken in {@code bytes} more; tells the peer when that is worth a message. */
  public void consumed(int bytes) {
    consumedBytes += bytes;
    acknowledge();
  }

  private void acknowledge() {
    boolean due = consumedBytes - ackSentBytes >= limits.replayWindowBytes() / ACKS_PER_WINDOW;
    if (due && !over && carrier.isWritable()) {
      ackSentBytes = consumedBytes;
      carrier.sendControl(new ControlMessage.Ack(consumedBytes).toString());
    }
  }

  /** Ends the session from this side; the listener hears of it before this returns. */
  public void close(CloseCause cause, String detail) {
    if (!over) {
      over = true; // what the carrier reports while it closes is not news
      carrier.close(cause, detail);
      tell(new SessionClosed(cause, detail));
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes
  void onCarrierBytes(ByteBuf bytes) {
    if (over) {
      bytes.release();
      return;
    }
    receivedBytes += bytes.readableBytes();
    if (receivedBytes - ackSentBytes > limits.replayWindowBytes()) {
      bytes.release();
      close(CloseCause.PROTOCOL_ERROR, "more bytes than the replay window allows");
      return;
    }
    listener().onBytes(bytes);
  }

  void onCarrierReadComplete() {
    if (!over) {
      listener().onReadComplete();
    }
  }

  void onCarrierWritabilityChanged() {
    acknowledge();
    if (isWritable()) {
      listener().onWritable();
    }
  }

  void onCarrierControl(String text) {
    if (over) {
      return;
    }
    try {
      ControlMessage.parse(text).ifPresent(this::onControl);
    } catch (IllegalArgumentException e) {
      close(CloseCause.PROTOCOL_ERROR, "control message: " + e.getMessage());
    }
  }

  void onCarrierClosed(SessionClosed why) {
    end(why);
  }

  private void onControl(ControlMessage message) {
    if (message instanceof ControlMessage.Ack ack) {
      onAck(ack.bytes());
    }
  }

  private void onAck(long bytes) {
    if (bytes < acknowledgedBytes || bytes > sentBytes) {
      close(
          CloseCause.PROTOCOL_ERROR,
          "ack %d, but between %d and %d bytes can be acknowledged"
              .formatted(bytes, acknowledgedBytes, sentBytes));
      return;
    }
    acknowledgedBytes = bytes;
    onCarrierWritabilityChanged();
  }

  private void end(SessionClosed why) {
    if (!over) {
      over = true;
      tell(why);
    }
  }

  private void tell(SessionClosed why) {
    // First those whose calls are in flight, so that they fail with the real cause.
    listener().onClosed(why);
    closed.complete(why);
  }

  private SessionListener listener() {
    return Objects.requireNonNull(listener, "listen() comes first");
  }
}
