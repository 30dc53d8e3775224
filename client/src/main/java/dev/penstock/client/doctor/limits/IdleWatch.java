package dev.penstock.client.doctor.limits;

import dev.penstock.client.doctor.limits.SilentLine.Cut;
import dev.penstock.client.doctor.limits.SilentLine.Fate;
import dev.penstock.client.doctor.limits.SilentLine.Forgotten;
import dev.penstock.client.doctor.limits.SilentLine.Survived;
import dev.penstock.client.doctor.limits.SilentLine.Unknown;
import dev.penstock.client.doctor.probe.ProbeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Looks for the idle limit of a path by many lines at once, each with another silence: they take no
 * longer together than the longest alone.
 *
 * <p>Any thread; what is known can be asked for at any time.
 */
final class IdleWatch {
  /** Around the limits that products are delivered with, in seconds. */
  private static final List<Integer> SILENCES =
      List.of(10, 20, 30, 45, 55, 65, 95, 125, 185, 245, 305, 365, 605, 905, 1805, 3605);

  /** How far apart the ends of lines that one limit has cut can be. */
  private static final Duration TOGETHER = Duration.ofSeconds(2);

  private final List<Fate> fates = new ArrayList<>();
  private final CompletableFuture<Void> all;

  private IdleWatch(ProbeSource source, Timeline time, Duration longest) {
    all =
        CompletableFuture.allOf(
            silences(longest)
                .map(silence -> SilentLine.keep(source, time, silence).thenAccept(this::add))
                .toArray(CompletableFuture[]::new));
  }

  /** Opens the lines. */
  static IdleWatch begin(ProbeSource source, Timeline time, Duration longest) {
    return new IdleWatch(source, time, longest);
  }

  private static Stream<Duration> silences(Duration longest) {
    return Stream.concat(
        SILENCES.stream()
            .map(Duration::ofSeconds)
            .filter(silence -> silence.compareTo(longest) < 0),
        Stream.of(longest));
  }

  private synchronized void add(Fate fate) {
    fates.add(fate);
  }

  /** Completes when every line has met its fate; never fails. */
  CompletableFuture<Void> end() {
    return all;
  }

  /**
   * What is known by now.
   *
   * @param survived the longest silence after which a line was as good as before; zero: none yet
   * @param cut how long a silence was when it was cut, if one was
   * @param seen how that showed
   * @param unknown why a line tells nothing; empty when all do
   */
  record Known(Duration survived, Optional<Duration> cut, String seen, String unknown) {
    /** The longest silence that is sure to be survived. */
    Optional<Duration> limit() {
      return isGuessed() && !survived.isZero() ? cut.map(at -> survived) : cut;
    }

    /** Whether the moment of the cut was not seen, only that it was over. */
    boolean isGuessed() {
      return seen.isEmpty();
    }
  }

  synchronized Known known() {
    Optional<Cut> cut = shortest(Cut.class);
    Optional<Forgotten> forgotten = shortest(Forgotten.class);
    String unknown = shortest(Unknown.class).map(Unknown::why).orElse("");
    boolean isSeen = cut.isPresent() && isShorter(cut.get(), forgotten);
    Optional<Duration> at =
        isSeen ? cut.map(Cut::silence) : forgotten.map(Forgotten::silence).or(Optional::empty);
    return new Known(
        survived(at), at, isSeen ? "it ended " + cut.get().how() : "", at.isEmpty() ? unknown : "");
  }

  private static boolean isShorter(Cut cut, Optional<Forgotten> forgotten) {
    return forgotten.isEmpty()
        || cut.silence().minus(TOGETHER).compareTo(forgotten.get().silence()) < 0;
  }

  /** A silence longer than one that was cut may survive by luck; it counts for nothing. */
  private Duration survived(Optional<Duration> cut) {
    return of(Survived.class)
        .map(Fate::silence)
        .filter(silence -> cut.isEmpty() || silence.compareTo(cut.get()) < 0)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  private <T extends Fate> Optional<T> shortest(Class<T> type) {
    return of(type).min(Comparator.comparing(Fate::silence));
  }

  private <T extends Fate> Stream<T> of(Class<T> type) {
    return fates.stream().filter(type::isInstance).map(type::cast);
  }
}
