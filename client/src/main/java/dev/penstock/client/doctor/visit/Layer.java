package dev.penstock.client.doctor.visit;

import java.util.List;

/** One layer of a path, examined on top of those below it. */
public interface Layer {
  /** The word at the beginning of its lines, such as {@code tls}. */
  String name();

  /**
   * Examines it; blocks for at most {@link Visit#bound()}, and never throws for what the path does.
   *
   * @param visit what the layers below have found, and where this one leaves what it found
   * @return at least one line
   */
  List<Line> examine(Visit visit) throws InterruptedException;
}
