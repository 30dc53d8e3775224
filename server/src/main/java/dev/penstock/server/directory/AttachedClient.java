package dev.penstock.server.directory;

import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** One client that is attached by one tunnel, with the channel that leads to it. */
public final class AttachedClient {
  private static final long CONNECTED = 0;

  private final String tunnel;
  private final String name;
  private final ManagedChannel channel;
  private final int maxCalls;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicReference<String> lost = new AtomicReference<>();

  // Written on the event loop of the tunnel, read by whoever routes or watches.
  private volatile boolean draining;
  private volatile long suspendedAtNanos = CONNECTED;

  /** Told when a full client has a place again; any thread. */
  private final Runnable onPlace;

  AttachedClient(
      String tunnel, String name, ManagedChannel channel, int maxCalls, Runnable onPlace) {
    this.tunnel = tunnel;
    this.name = name;
    this.channel = channel;
    this.maxCalls = maxCalls;
    this.onPlace = onPlace;
  }

  /** The tunnel id under which it is attached. */
  public String tunnel() {
    return tunnel;
  }

  /** The channel to it; it belongs to whoever attached the client. */
  public ManagedChannel channel() {
    return channel;
  }

  /** Calls in progress. */
  public int calls() {
    return calls.get();
  }

  /**
   * Takes a place for one call, to be given back by {@link #endCall()}.
   *
   * @return false when the client has as many calls as it may
   */
  public boolean tryBeginCall() {
    return calls.getAndUpdate(count -> count < maxCalls ? count + 1 : count) < maxCalls;
  }

  /** Gives a place back. */
  public void endCall() {
    if (calls.getAndDecrement() == maxCalls) {
      onPlace.run();
    }
  }

  /** Whether it has a place for one more call. */
  public boolean hasPlace() {
    return calls.get() < maxCalls;
  }

  /** Why it is no longer attached; empty while it is. */
  public Optional<String> lost() {
    return Optional.ofNullable(lost.get());
  }

  /** Whether it has asked for no more new calls. */
  public boolean isDraining() {
    return draining;
  }

  /** Whether its tunnel has no connection at present. */
  public boolean isSuspended() {
    return suspendedAtNanos != CONNECTED;
  }

  /** Whether its tunnel has been without a connection for that long. */
  public boolean isSuspendedFor(Duration time) {
    long since = suspendedAtNanos;
    return since != CONNECTED && System.nanoTime() - since >= time.toNanos();
  }

  /** Whether new calls may be sent there. */
  boolean isUsable() {
    return !draining && !isSuspended() && lost.get() == null;
  }

  /** Notes the loss; the first cause stays. */
  boolean markLost(String cause) {
    return lost.compareAndSet(null, cause);
  }

  void markSuspended(boolean suspended) {
    long now = System.nanoTime();
    suspendedAtNanos = !suspended ? CONNECTED : now == CONNECTED ? 1 : now;
  }

  void markDraining() {
    draining = true;
  }

  /** Its name in logs and messages: tunnel id, instance, and which of its tunnels. */
  @Override
  public String toString() {
    return name;
  }
}
