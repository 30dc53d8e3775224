package dev.penstock.server.directory;

import io.grpc.ManagedChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** One client that is attached, with the channel that leads to it. */
public final class AttachedClient {
  private final String tunnel;
  private final String instance;
  private final ManagedChannel channel;
  private final int maxCalls;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicReference<String> lost = new AtomicReference<>();

  AttachedClient(String tunnel, String instance, ManagedChannel channel, int maxCalls) {
    this.tunnel = tunnel;
    this.instance = instance;
    this.channel = channel;
    this.maxCalls = maxCalls;
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
    calls.decrementAndGet();
  }

  /** Why it is no longer attached; empty while it is. */
  public Optional<String> lost() {
    return Optional.ofNullable(lost.get());
  }

  /** Notes the loss; the first cause stays. */
  boolean markLost(String cause) {
    return lost.compareAndSet(null, cause);
  }

  @Override
  public String toString() {
    return "AttachedClient[" + tunnel + ", " + instance + ", " + calls + " calls]";
  }
}
