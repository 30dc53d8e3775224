package dev.penstock.client.limits;

import java.util.concurrent.atomic.AtomicBoolean;

/** One of the {@link Places}. It is taken until it is closed; again is nothing. */
public final class Place implements AutoCloseable {
  private final Places places;
  private final String registry;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  Place(Places places, String registry) {
    this.places = places;
    this.registry = registry;
  }

  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) {
      places.release(registry);
    }
  }
}
