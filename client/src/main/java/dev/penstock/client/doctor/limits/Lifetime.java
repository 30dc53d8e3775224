package dev.penstock.client.doctor.limits;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is known of how old lines in use get. All moments are counted from the beginning of the
 * watch.
 *
 * @param cuts in turn
 * @param age of the line that lives; zero: none does
 * @param heard the last moment at which a line is known to have worked
 * @param how the last was cut, or why there is none
 * @param gone why the path is thought to be gone; empty: it is not
 */
record Lifetime(List<Cut> cuts, Duration age, Duration heard, String how, String gone) {
  /** The same as in {@link IdleWatch}: what is this close together has one reason. */
  private static final Duration TOGETHER = Duration.ofSeconds(2);

  /** How far apart the ages can be at which one limit cuts, beside a tenth of them. */
  private static final Duration ALIKE = Duration.ofSeconds(1);

  /** Copies the cuts. */
  Lifetime {
    cuts = List.copyOf(cuts);
  }

  /**
   * One line that was cut.
   *
   * @param age it got
   * @param heard when it was last known to work
   * @param at when it was known to be dead, which is later if nobody closed it
   */
  record Cut(Duration age, Duration heard, Duration at) {
    private boolean isLike(Cut other) {
      Duration apart = age.minus(other.age).abs();
      return apart.compareTo(ALIKE) <= 0 || apart.multipliedBy(10).compareTo(age) <= 0;
    }
  }

  /**
   * The age at which lines are cut: one cut is an accident or an outage, two at one age are not.
   */
  Optional<Duration> limit() {
    return Stream.iterate(1, i -> i < cuts.size(), i -> i + 1)
        .flatMap(
            i ->
                cuts.subList(0, i).stream()
                    .filter(earlier -> earlier.isLike(cuts.get(i)))
                    .flatMap(earlier -> Stream.of(earlier.age(), cuts.get(i).age())))
        .min(Duration::compareTo);
  }

  /** Whether lines that were cut tell of no limit: another got older, or each had its own age. */
  boolean isAccident() {
    return limit().isEmpty()
        && !cuts.isEmpty()
        && (cuts.size() == LifetimeWatch.MAX_CUTS
            || cuts.stream().anyMatch(cut -> age.compareTo(cut.age().plus(TOGETHER)) > 0));
  }

  /** Whether the watch has an answer. */
  boolean isTold() {
    return gone.isEmpty() && (cuts.isEmpty() ? !age.isZero() : limit().isPresent() || isAccident());
  }

  /** Whether a line in use was dead at this moment, too, so that silence was not the reason. */
  boolean isDeadAt(Duration moment) {
    return cuts.stream().anyMatch(cut -> isWithin(moment, cut.heard(), cut.at()))
        || (!gone.isEmpty() && moment.plus(TOGETHER).compareTo(heard) >= 0);
  }

  private static boolean isWithin(Duration moment, Duration from, Duration to) {
    return moment.plus(TOGETHER).compareTo(from) >= 0 && moment.minus(TOGETHER).compareTo(to) <= 0;
  }
}
