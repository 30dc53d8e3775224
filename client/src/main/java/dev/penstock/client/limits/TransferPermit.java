package dev.penstock.client.limits;

import java.util.concurrent.atomic.AtomicBoolean;

/** The right of one transfer to be under way. It counts until it is closed; again is nothing. */
public final class TransferPermit implements TransferGrant, AutoCloseable {
  private final TransferLimits limits;
  private final String registry;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  TransferPermit(TransferLimits limits, String registry) {
    this.limits = limits;
    this.registry = registry;
  }

  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) {
      limits.release(registry);
    }
  }
}
