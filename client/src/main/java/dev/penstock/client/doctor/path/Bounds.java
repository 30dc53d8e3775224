package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.visit.Visit;
import java.time.Duration;

/** How long a step of a layer may take. */
final class Bounds {
  private Bounds() {}

  /** No longer than is enough for it, nor than the visit allows. */
  static Duration of(Visit visit, Duration enough) {
    return enough.compareTo(visit.bound()) < 0 ? enough : visit.bound();
  }
}
