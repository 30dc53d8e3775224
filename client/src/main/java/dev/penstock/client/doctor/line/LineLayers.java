package dev.penstock.client.doctor.line;

import dev.penstock.client.doctor.visit.Layer;
import java.util.List;

/** The layers from the token to the throughput, in order. */
public final class LineLayers {
  private LineLayers() {}

  /** Each opens lines of its own, and leaves none open. */
  public static List<Layer> all() {
    return List.of(
        new TokenLayer(), new MessagesLayer(), new RoundTripLayer(), new ThroughputLayer());
  }
}
