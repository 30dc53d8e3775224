package dev.penstock.client.doctor.visit;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Secret;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.probe.ProbeSource;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/** Visits for tests of the layers above the upgrade. */
public final class UpperVisits {
  private UpperVisits() {}

  public static Visit of(ProbeSource path) {
    return new Visit(config().build(), Duration.ofSeconds(10), path);
  }

  /** What is wrong, by a line that says so. */
  public static Diagnosis diagnosis(Line line) {
    return Objects.requireNonNull(line.diagnosis(), line.seen());
  }

  public static ClientConfig.Builder config() {
    return ClientConfig.builder()
        .server(URI.create("ws://127.0.0.1:1"))
        .tunnel("acme")
        .token(Secret.of("hidden-token"))
        .registry("main=http://127.0.0.1:1");
  }
}
