package dev.penstock.testing.bench;

import java.util.Arrays;

/** Median and spread of a figure over the rounds. */
public record Spread(double min, double median, double max) {
  /** Of these figures, at least one. */
  public static Spread of(double[] figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(sorted[0], median, sorted[sorted.length - 1]);
  }
}
