package dev.penstock.client.doctor;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Secret;
import java.net.URI;
import java.time.Duration;

/** Visits for tests of the layers above the upgrade. */
final class UpperVisits {
  private UpperVisits() {}

  static Visit of(ProbeSource path) {
    return new Visit(config().build(), Duration.ofSeconds(10), path);
  }

  static ClientConfig.Builder config() {
    return ClientConfig.builder()
        .server(URI.create("ws://127.0.0.1:1"))
        .tunnel("acme")
        .token(Secret.of("hidden-token"))
        .registry("main=http://127.0.0.1:1");
  }
}
