package dev.penstock.client.service;

import dev.penstock.client.registry.RegistryReader;
import java.util.concurrent.CompletableFuture;

/**
 * A read of something small that may begin: its request has been parsed and admitted.
 *
 * @param registry where
 */
record SmallRead<T>(RegistryReader registry, Beginning<T> beginning) {

  /** Begins it; whatever it reads and does not bring, it pays for. */
  CompletableFuture<T> begin(Payment payment) {
    return beginning.begin(payment);
  }

  /** How it begins; to cancel the future is to cancel what is under way. */
  @FunctionalInterface
  interface Beginning<T> {
    CompletableFuture<T> begin(Payment payment);
  }
}
