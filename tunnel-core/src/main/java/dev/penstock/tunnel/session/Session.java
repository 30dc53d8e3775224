package dev.penstock.tunnel.session;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An ordered, reliable, flow-controlled byte stream to the peer, over one carrier after another.
 *
 * <p><b>Losing a carrier.</b> When its carrier is lost the session is suspended: not writable, and
 * waiting. {@link #resume} gives it the next one, with the peer's count of bytes received; what the
 * peer lacks is sent again ({@link Outbound}) before anything new, so that nothing is lost and
 * nothing comes twice. A session that finds no carrier within the resume timeout ends.
 *
 * <p><b>A fast and a slow peer.</b> What the peer has not acknowledged is bounded by the replay
 * window: at the bound the session is not writable, whatever the carrier says. Received bytes are
 * acknowledged as they are consumed ({@link Inbound}), and not while the carrier is full: a peer
 * that sends and never reads gathers nothing here. A listener that stops consuming calls {@link
 * #setReading}.
 *
 * <p><b>Closing.</b> {@link #close} tells the peer the cause. {@link CloseCause#endsSession} says
 * which ends of a carrier are the session's end, too.
 *
 * <p><b>Threads.</b> Event loop only, but for the getters that say so.
 */
public final class Session {
  private final SessionId id;
  private final SessionLimits limits;
  private final Duration resumeTimeout;
  private final EventLoop loop;
  private final Inbound inbound;
  private final Outbound outbound;
  private final List<SessionObserver> observers = new CopyOnWriteArrayList<>();
  private final CompletableFuture<SessionClosed> closed = new CompletableFuture<>();
  private @Nullable SessionListener listener;

  // These are written by the event loop, and read by anybody for statistics.
  private volatile @Nullable Carrier carrier;
  private volatile SocketAddress remoteAddress;
  private volatile long resumes;
  private volatile boolean peerDraining;

  private boolean over;
  private boolean reading = true;
  private @Nullable String drainReason;
  private @Nullable ScheduledFuture<?> resumeTimer;

  /**
   * @param first the carrier over which the session begins
   * @param resumeTimeout how long to wait for each further one
   */
  Session(SessionId id, SessionLimits limits, Duration resumeTimeout, Carrier first) {
    this.id = id;
    this.limits = limits;
    this.resumeTimeout = resumeTimeout;
    this.loop = first.eventLoop();
    this.outbound = new Outbound(limits);
    this.inbound = new Inbound(limits.replayWindowBytes(), loop, this::acknowledge);
    this.carrier = first;
    this.remoteAddress = first.remoteAddress();
  }

  /** Says who stands above; called once, before the first byte can arrive. */
  public void listen(SessionListener listener) {
    this.listener = listener;
  }

  /** Says who else wants to know how it fares, from now on. Any thread. */
  public void observe(SessionObserver observer) {
    observers.add(observer);
  }

  public SessionId id() {
    return id;
  }

  public SessionLimits limits() {
    return limits;
  }

  /** Where the session lives, and each of its carriers. Any thread. */
  public EventLoop eventLoop() {
    return loop;
  }

  /** The peer at the other end of the present carrier, or of the last. Any thread. */
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** Completes on the event loop when the session is over; never fails. Any thread. */
  public CompletableFuture<SessionClosed> closed() {
    return closed.copy();
  }

  /** False while the session waits for a carrier, and once it is over. Any thread. */
  public boolean isConnected() {
    return carrier != null;
  }

  /** True once the peer has asked for no more new work. Any thread. */
  public boolean isPeerDraining() {
    return peerDraining;
  }

  /** Bytes sent so far. Any thread. */
  public long sentBytes() {
    return outbound.sentBytes();
  }

  /** Bytes received so far. Any thread. */
  public long receivedBytes() {
    return inbound.receivedBytes();
  }

  /** Bytes sent that the peer has not acknowledged: never above the replay window. Any thread. */
  public long unacknowledgedBytes() {
    return outbound.unacknowledgedBytes();
  }

  /** Bytes kept to be sent again: never above the replay window. Any thread. */
  public long replayBytes() {
    return outbound.replayBytes();
  }

  /** Grows with each byte that got through, either way, as far as is known. Any thread. */
  long progress() {
    return inbound.receivedBytes() + outbound.deliveredBytes();
  }

  /** How often the session went on over another carrier. Any thread. */
  public long resumes() {
    return resumes;
  }

  /** Round trip of the present carrier's last ping; null while none is known. Any thread. */
  public @Nullable Duration ping() {
    Carrier now = carrier;
    return now == null ? null : now.ping();
  }

  /** True while {@link #sendableBytes} may be sent, and there is a carrier that is not full. */
  public boolean isWritable() {
    Carrier now = carrier;
    return now != null && !outbound.isReplaying() && sendableBytes() > 0 && now.isWritable();
  }

  /** How many bytes the next message may have; 0 at the bound of the replay window. */
  public int sendableBytes() {
    return outbound.sendableBytes();
  }

  /** Returns an empty buffer for a message of up to {@code bytes}. */
  public ByteBuf allocate(int bytes) {
    return Objects.requireNonNull(carrier, "not writable").allocate(bytes);
  }

  /**
   * Sends the next bytes; takes ownership.
   *
   * @param message from {@link #allocate}, at most {@link #sendableBytes()} long
   */
  public void send(ByteBuf message) {
    Carrier now = carrier;
    if (now == null) {
      message.release(); // only a session that has ended meanwhile comes here
      return;
    }
    outbound.send(message, now);
  }

  /** Pushes what was sent to the line. */
  public void flush() {
    Carrier now = carrier;
    if (now != null) {
      now.flush();
    }
  }

  /** Stops or resumes receiving. */
  public void setReading(boolean newReading) {
    reading = newReading;
    Carrier now = carrier;
    if (now != null) {
      now.setReading(newReading);
    }
  }

  /** The listener has taken in {@code bytes} more; tells the peer when that is worth a message. */
  public void consumed(int bytes) {
    inbound.consumed(bytes);
  }

  /** Asks the peer for no more new work; what is under way goes on. */
  public void drain(String reason) {
    drainReason = reason;
    sendControl(new ControlMessage.Drain(reason));
  }

  /** Ends the session from this side; the listener hears of it before this returns. */
  public void close(CloseCause cause, String detail) {
    if (!over) {
      Carrier last = carrier;
      end(); // what the carrier reports while it closes is not news
      if (last != null) {
        last.close(cause, detail);
      }
      tell(new SessionClosed(cause, detail));
    }
  }

  /**
   * The number of bytes after which the peer's bytes will be wanted from the next carrier. From
   * here on until {@link #resume} nothing beyond it is acknowledged, so that the peer keeps it.
   */
  long beginMove() {
    return inbound.beginMove();
  }

  /** The next carrier did not come. */
  void giveMoveUp() {
    inbound.endMove();
    acknowledge();
  }

  /** True when what follows the first {@code peerReceived} bytes can be sent again. */
  boolean canReplayFrom(long peerReceived) {
    return !over && outbound.canReplayFrom(peerReceived);
  }

  /** True when the peer has told since that it has received more than that. */
  boolean isBeyond(long peerReceived) {
    return peerReceived < outbound.acknowledgedBytes();
  }

  /** Lets go of the present carrier, if there is one: another is about to take over. */
  void release() {
    Carrier old = carrier;
    if (old != null) {
      suspend(new SessionClosed(CloseCause.SUPERSEDED, ""));
      old.close(CloseCause.SUPERSEDED, "");
    }
  }

  /**
   * Goes on over {@code next}.
   *
   * @param peerReceived for which {@link #canReplayFrom} is true
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes
  void resume(Carrier next, long peerReceived) {
    release();
    if (resumeTimer != null) {
      resumeTimer.cancel(false);
    }
    inbound.skipRepeated();
    outbound.received(peerReceived);
    carrier = next;
    remoteAddress = next.remoteAddress();
    resumes++;
    next.setReading(reading);
    observers.forEach(SessionObserver::onResumed);
    // Bytes may come from now on; to send, the handshake has to be out of the pipeline first.
    loop.execute(() -> catchUp(next));
  }

  /** Says what the lost carrier may have failed to say, and sends what it may have failed to. */
  private void catchUp(Carrier over) {
    if (over != carrier) {
      return;
    }
    if (drainReason != null) {
      sendControl(new ControlMessage.Drain(drainReason));
    }
    if (inbound.consumedBytes() > 0) {
      sendAck();
    }
    onCarrierWritabilityChanged(over);
  }

  void onCarrierBytes(Carrier from, ByteBuf bytes) {
    if (from != carrier) {
      bytes.release();
      return;
    }
    ByteBuf fresh = inbound.received(bytes);
    if (fresh == null) {
      close(CloseCause.PROTOCOL_ERROR, "more bytes than the replay window allows");
    } else if (fresh.isReadable()) {
      listener().onBytes(fresh);
    } else {
      fresh.release();
    }
  }

  void onCarrierReadComplete(Carrier from) {
    if (from == carrier) {
      listener().onReadComplete();
    }
  }

  void onCarrierWritabilityChanged(Carrier from) {
    if (from != carrier) {
      return;
    }
    acknowledge();
    replayWhileWritable(from);
    if (isWritable()) {
      listener().onWritable();
    }
  }

  void onCarrierControl(Carrier from, String text) {
    if (from != carrier) {
      return;
    }
    try {
      ControlMessage.parse(text).ifPresent(this::onControl);
    } catch (IllegalArgumentException e) {
      close(CloseCause.PROTOCOL_ERROR, "control message: " + e.getMessage());
    }
  }

  void onCarrierClosed(Carrier from, SessionClosed why) {
    if (from != carrier) {
      return;
    }
    if (why.cause().endsSession()) {
      end();
      tell(why);
    } else {
      suspend(why);
    }
  }

  private void suspend(SessionClosed why) {
    carrier = null;
    outbound.carrierLost();
    resumeTimer = loop.schedule(() -> giveUp(why), resumeTimeout.toMillis(), TimeUnit.MILLISECONDS);
    observers.forEach(observer -> observer.onSuspended(why));
  }

  private void giveUp(SessionClosed why) {
    if (!over && carrier == null) {
      close(
          CloseCause.CONNECTION_LOST,
          "%s, and nothing took its place for %d s".formatted(why, resumeTimeout.toSeconds()));
    }
  }

  /** Like the channel above, goes on for as long as flushing makes room at once. */
  private void replayWhileWritable(Carrier over) {
    while (over == carrier && outbound.isReplaying() && over.isWritable()) {
      while (outbound.isReplaying() && over.isWritable()) {
        outbound.replayNext(over);
      }
      over.flush();
    }
  }

  private void acknowledge() {
    Carrier now = carrier;
    if (now != null && inbound.isAckDue() && now.isWritable()) {
      sendAck();
    }
  }

  private void sendAck() {
    sendControl(new ControlMessage.Ack(inbound.acknowledge()));
  }

  private void sendControl(ControlMessage message) {
    Carrier now = carrier;
    if (now != null) {
      now.sendControl(message.toString());
    }
  }

  private void onControl(ControlMessage message) {
    if (message instanceof ControlMessage.Ack ack) {
      onAck(ack.bytes());
    } else if (message instanceof ControlMessage.Drain drain && !peerDraining) {
      peerDraining = true;
      observers.forEach(observer -> observer.onDrain(drain.reason()));
    }
  }

  private void onAck(long bytes) {
    Carrier from = carrier;
    if (from == null || !outbound.acknowledged(bytes)) {
      close(
          CloseCause.PROTOCOL_ERROR,
          "ack %d, but between %d and %d bytes can be acknowledged"
              .formatted(bytes, outbound.acknowledgedBytes(), sentBytes()));
      return;
    }
    onCarrierWritabilityChanged(from);
  }

  private void end() {
    over = true;
    carrier = null;
    outbound.clear();
    inbound.stop();
    if (resumeTimer != null) {
      resumeTimer.cancel(false);
    }
  }

  private void tell(SessionClosed why) {
    // Whoever routes calls has to know before those in flight fail, and may be routed again.
    observers.forEach(observer -> observer.onOver(why));
    // Then those whose calls are in flight, so that they fail with the real cause.
    listener().onClosed(why);
    closed.complete(why);
  }

  private SessionListener listener() {
    return Objects.requireNonNull(listener, "listen() comes first");
  }
}
