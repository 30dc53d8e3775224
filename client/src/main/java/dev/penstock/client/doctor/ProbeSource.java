package dev.penstock.client.doctor;

import java.util.concurrent.CompletableFuture;

/** Opens probes, the way the client itself dials. Any thread. */
interface ProbeSource extends AutoCloseable {
  /** Fails with a {@link ProbeException}; ends within the handshake timeout. */
  CompletableFuture<Probe> open();

  @Override
  void close();
}
