package dev.penstock.client.doctor.limits;

import dev.penstock.client.doctor.probe.ProbeSource;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Visit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How long a silence may be, and how old a line in use may get, tried for as long as the user has
 * time. When it is interrupted it tells what it knows by then.
 */
public final class LimitsLayer implements Layer {
  static final String NAME = "limits";

  /** For the last answers, after the time is over. */
  public static final Duration GRACE = Duration.ofSeconds(15);

  private final @Nullable Duration longest;
  private final Timeline time;

  /**
   * Tries for that long.
   *
   * @param longest null: not at all
   */
  public LimitsLayer(@Nullable Duration longest) {
    this(longest, Timeline.REAL);
  }

  LimitsLayer(@Nullable Duration longest, Timeline time) {
    this.longest = longest;
    this.time = time;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Line> examine(Visit visit) throws InterruptedException {
    Duration wanted = longest;
    if (wanted == null) {
      return List.of(Line.skip(NAME, "", "takes minutes: give --long, or --long=TIME"));
    }
    ProbeSource source = visit.upper().probes();
    Time watch = Time.start();
    try (LifetimeWatch lifetime = LifetimeWatch.begin(source, time, wanted)) {
      IdleWatch idle = IdleWatch.begin(source, time, wanted);
      await(CompletableFuture.allOf(lifetime.end(), idle.end()), wanted);
      if (Thread.currentThread().isInterrupted() && isNothing(idle.known(), lifetime.known())) {
        return List.of(Line.skip(NAME, "", "told to end before a limit could show"));
      }
      return judge(visit, watch.elapsed(), idle.known(), lifetime.known());
    }
  }

  /** What it means for the path. */
  static List<Line> judge(Visit visit, Duration took, IdleWatch.Known idle, Lifetime lifetime) {
    if (isTold(idle, lifetime)) {
      visit.upper().watched();
    }
    return List.of(
        IdleJudgement.of(visit, took, idle, lifetime), LifetimeJudgement.of(visit, took, lifetime));
  }

  /** Whether both have an answer: the settings are said to fit only then. */
  private static boolean isTold(IdleWatch.Known idle, Lifetime lifetime) {
    boolean isSilenceTold =
        idle.cut()
            .map(cut -> !lifetime.isDeadAt(cut) || lifetime.limit().isPresent())
            .orElse(!idle.survived().isZero());
    return isSilenceTold && lifetime.isTold();
  }

  /** Nobody sets such a limit in fractions of a second; what was measured has some. */
  static Duration rounded(Duration limit) {
    return limit.toSeconds() < 5 ? limit : Duration.ofSeconds((limit.toMillis() + 500) / 1000);
  }

  /** The interruption stays set: whoever interrupted ends the rest, too. */
  private static void await(CompletableFuture<Void> end, Duration wanted) {
    try {
      end.get(wanted.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      // what is known has to do
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Whether neither a silence nor a cut has told anything yet; a line's age alone does not. */
  private static boolean isNothing(IdleWatch.Known idle, Lifetime lifetime) {
    return idle.cut().isEmpty() && idle.survived().isZero() && lifetime.cuts().isEmpty();
  }
}
