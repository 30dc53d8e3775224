package dev.penstock.client.service;

import dev.penstock.tunnel.ops.TransferTimes;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all transfers of blobs hold and have done; safe to read from any thread at any time.
 *
 * <p>Read-ahead is what the registry has delivered and gRPC has not taken.
 */
public final class TransferGauges {
  private final AtomicLong readAheadBytes = new AtomicLong();
  private final AtomicLong readAheadHighWaterBytes = new AtomicLong();
  private final AtomicLong transferHighWaterBytes = new AtomicLong();
  private final LongAdder readBytes = new LongAdder();
  private final AtomicInteger activeTransfers = new AtomicInteger();
  private final TransferTimes<WaitingOn> times = new TransferTimes<>(WaitingOn.class);

  /** Read-ahead of all transfers, now. */
  public long readAheadBytes() {
    return readAheadBytes.get();
  }

  /** The most read-ahead that all transfers ever had together. */
  public long readAheadHighWaterBytes() {
    return readAheadHighWaterBytes.get();
  }

  /** The most read-ahead that any one transfer ever had. */
  public long transferHighWaterBytes() {
    return transferHighWaterBytes.get();
  }

  /** Bytes of blobs that registries have delivered. */
  public long readBytes() {
    return readBytes.sum();
  }

  /** Where their time goes. */
  public TransferTimes<WaitingOn> times() {
    return times;
  }

  /** Transfers that have begun and not ended. */
  public int activeTransfers() {
    return activeTransfers.get();
  }

  void begin() {
    activeTransfers.incrementAndGet();
  }

  void end() {
    activeTransfers.decrementAndGet();
  }

  /** Bytes came, after which their transfer holds {@code transferBytes}. */
  void add(long bytes, long transferBytes) {
    readBytes.add(bytes);
    raise(readAheadHighWaterBytes, readAheadBytes.addAndGet(bytes));
    raise(transferHighWaterBytes, transferBytes);
  }

  void remove(long bytes) {
    readAheadBytes.addAndGet(-bytes);
  }

  private static void raise(AtomicLong highWater, long value) {
    if (value > highWater.get()) {
      highWater.accumulateAndGet(value, Math::max);
    }
  }
}
