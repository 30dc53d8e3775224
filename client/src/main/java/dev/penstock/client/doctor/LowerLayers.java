package dev.penstock.client.doctor;

import java.util.List;

/** The layers below the token, in order. */
final class LowerLayers {
  private LowerLayers() {}

  static List<Layer> all() {
    return List.of();
  }
}
