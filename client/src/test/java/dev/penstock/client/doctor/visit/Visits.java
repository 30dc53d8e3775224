package dev.penstock.client.doctor.visit;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Secret;
import dev.penstock.client.doctor.probe.FakePath;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Visits with short bounds. */
public final class Visits {
  public static final String TOKEN = "the-token-of-acme";
  public static final Duration BOUND = Duration.ofSeconds(3);

  private Visits() {}

  public static ClientConfig.Builder config(String server) {
    return ClientConfig.builder()
        .server(URI.create(server))
        .tunnel("acme")
        .token(Secret.of(TOKEN))
        .registry("http://127.0.0.1:1");
  }

  public static Visit of(String server) {
    return of(config(server));
  }

  public static Visit of(ClientConfig.Builder config) {
    return new Visit(config.build(), BOUND, new FakePath());
  }

  /** Examines layers in order, as long as none blocks; gives the lines of the last. */
  public static List<Line> examine(Visit visit, Layer... layers) throws InterruptedException {
    List<Line> lines = List.of();
    for (Layer layer : layers) {
      if (visit.blockedBy().isEmpty()) {
        lines = layer.examine(visit);
      }
    }
    return lines;
  }
}
