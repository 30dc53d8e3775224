package dev.penstock.client.doctor.limits;

import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.probe.ProbeSource;
import dev.penstock.client.doctor.visit.Advice;
import dev.penstock.client.doctor.visit.Amounts;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Limited;
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
  private static final String IDLE = "idle";
  private static final String LIFETIME = "lifetime";

  /** For the last answers, after the time is over. */
  public static final Duration GRACE = Duration.ofSeconds(15);

  /** A cut this soon after another had the same reason. */
  private static final Duration TOGETHER = Duration.ofSeconds(2);

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
  static List<Line> judge(
      Visit visit, Duration took, IdleWatch.Known idle, LifetimeWatch.Known lifetime) {
    visit.upper().watched();
    return List.of(idle(visit, took, idle, lifetime), lifetime(visit, took, lifetime));
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
  private static boolean isNothing(IdleWatch.Known idle, LifetimeWatch.Known lifetime) {
    return idle.cut().isEmpty() && idle.survived().isZero() && lifetime.ages().isEmpty();
  }

  private static Line idle(
      Visit visit, Duration took, IdleWatch.Known known, LifetimeWatch.Known old) {
    if (known.cut().isEmpty()) {
      return known.survived().isZero()
          ? Line.warn(NAME, IDLE, took, nothing(known.unknown()), "try again, for longer")
          : Line.pass(
              NAME, IDLE, took, "a line survives a silence of " + Amounts.time(known.survived()));
    }
    Duration cut = known.cut().get();
    if (isCutByAge(cut, old)) {
      return Line.pass(
          NAME,
          IDLE,
          took,
          "a line survives any silence that is shorter than its lifetime, %s"
              .formatted(Amounts.time(cut)));
    }
    Duration limit = rounded(known.limit().orElse(cut));
    visit.upper().idleLimit(limit);
    String seen = silence(known, cut);
    String advice =
        "set heartbeat: %ds; tunnels that say something this often stay up"
            .formatted(Advice.heartbeat(limit).toSeconds());
    return Line.warn(NAME, IDLE, took, seen, advice)
        .because(Limited.by(visit, Cause.IDLE_LIMIT, limit, seen));
  }

  /** Nobody sets such a limit in fractions of a second; what was measured has some. */
  private static Duration rounded(Duration limit) {
    return limit.toSeconds() < 5 ? limit : Duration.ofSeconds((limit.toMillis() + 500) / 1000);
  }

  private static boolean isCutByAge(Duration cut, LifetimeWatch.Known old) {
    return !old.ages().isEmpty() && old.ages().get(0).minus(cut).abs().compareTo(TOGETHER) <= 0;
  }

  private static String silence(IdleWatch.Known known, Duration cut) {
    if (!known.isGuessed()) {
      return "a silent line was cut after %s: %s".formatted(Amounts.time(cut), known.seen());
    }
    return known.survived().isZero()
        ? "a line was dead, and nobody had closed it, after %s of silence"
            .formatted(Amounts.time(cut))
        : "a line survives %s of silence; after %s it was dead, and nobody had closed it"
            .formatted(Amounts.time(known.survived()), Amounts.time(cut));
  }

  private static String nothing(String why) {
    return why.isEmpty()
        ? "no line was silent for long enough to tell"
        : "nothing was learned: " + why;
  }

  private static Line lifetime(Visit visit, Duration took, LifetimeWatch.Known known) {
    List<Duration> ages = known.ages();
    if (ages.isEmpty()) {
      return known.age().isZero()
          ? Line.warn(NAME, LIFETIME, took, nothing(known.how()), "try again")
          : Line.pass(
              NAME,
              LIFETIME,
              took,
              "a line in use gets %s old".formatted(Amounts.time(known.age())));
    }
    Duration youngest = ages.stream().min(Duration::compareTo).orElseThrow();
    if (known.age().compareTo(youngest.plus(TOGETHER)) > 0) {
      return Line.warn(
          NAME,
          LIFETIME,
          took,
          "a line in use was cut once, after %s; the next got %s old"
              .formatted(Amounts.time(youngest), Amounts.time(known.age())),
          "no limit, but an accident: a transfer goes on by itself after such a cut");
    }
    visit.upper().lifetimeLimit(rounded(youngest));
    return limited(visit, took, known, rounded(youngest));
  }

  private static Line limited(
      Visit visit, Duration took, LifetimeWatch.Known known, Duration youngest) {
    String seen =
        "a line in use was cut after %s%s: %s"
            .formatted(
                Amounts.time(youngest),
                known.ages().size() > 1 ? ", and %d in turn".formatted(known.ages().size()) : "",
                known.how());
    String advice =
        "set max-carrier-age: %ds; tunnels then move to a fresh line in time"
            .formatted(Advice.carrierAge(youngest).toSeconds());
    return Line.warn(NAME, LIFETIME, took, seen, advice)
        .because(Limited.by(visit, Cause.LIFETIME_LIMIT, youngest, seen));
  }
}
