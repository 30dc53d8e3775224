package dev.penstock.client.doctor.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.probe.FakePath;
import dev.penstock.client.doctor.probe.FakePath.FakeProbe;
import dev.penstock.client.doctor.probe.ProbeException;
import dev.penstock.client.doctor.visit.Advice;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.UpperVisits;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.client.doctor.visit.Visit;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
final class LimitsLayerTest {
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final FakeTimeline time = new FakeTimeline();
  private final FakePath path = new FakePath();
  private final Visit visit = UpperVisits.of(path);

  @ParameterizedTest
  @CsvSource({"60, 20, ''", "30, 10, 'heartbeat: 10s'", "45, 15, 'heartbeat: 15s'"})
  void idleLimit_isSeenToTheSecond_andAThirdOfItIsTheHeartbeat(
      int seconds, int heartbeat, String setting) {
    path.idleLimit = Duration.ofSeconds(seconds);
    Line idle = watch(LONGEST).get(0);
    assertThat(idle.verdict()).isEqualTo(Verdict.WARN);
    assertThat(idle.seen()).contains("cut after " + seconds + " s").contains("without a close");
    assertThat(UpperVisits.diagnosis(idle).cause()).isEqualTo(Cause.IDLE_LIMIT);
    assertThat(visit.upper().idleLimit()).contains(Duration.ofSeconds(seconds));
    Advice advice = advice();
    assertThat(advice.heartbeat()).isEqualTo(Duration.ofSeconds(heartbeat));
    assertThat(advice.snippet().lines().filter(line -> !line.startsWith("#")))
        .containsExactlyElementsOf(setting.isEmpty() ? List.of() : List.of(setting));
  }

  @Test
  void lineThatIsForgottenWithoutAWord_showsByTheByteThatIsLost() {
    path.idleLimit = Duration.ofSeconds(60);
    path.forgets = true;
    Line idle = watch(LONGEST).get(0);
    assertThat(idle.seen())
        .isEqualTo(
            "a line survives 55 s of silence; after 65 s it was dead, and nobody had closed it");
    assertThat(advice().heartbeat()).isEqualTo(Duration.ofSeconds(18));
  }

  @Test
  void lifetimeLimit_isSeenTwice_andIsNotTakenForAnIdleLimit() {
    path.lifetimeLimit = Duration.ofMinutes(4);
    List<Line> lines = watch(LONGEST);
    assertThat(lines.get(0).verdict()).isEqualTo(Verdict.PASS);
    assertThat(lines.get(0).seen()).contains("shorter than its lifetime, 4 min");
    assertThat(lines.get(1).verdict()).isEqualTo(Verdict.WARN);
    assertThat(lines.get(1).seen()).contains("cut after 4 min, and 2 in turn");
    assertThat(UpperVisits.diagnosis(lines.get(1)).cause()).isEqualTo(Cause.LIFETIME_LIMIT);
    assertThat(advice().snippet()).endsWith("\nmax-carrier-age: 192s\n");
  }

  /** A line that says something only every few seconds would be cut by it, again and again. */
  @Test
  void idleLimitOfFewSeconds_isNotTakenForALifetime() {
    path.idleLimit = Duration.ofSeconds(2);
    List<Line> lines = watch(LONGEST);
    assertThat(UpperVisits.diagnosis(lines.get(0)).cause()).isEqualTo(Cause.IDLE_LIMIT);
    assertThat(lines.get(1).verdict()).isEqualTo(Verdict.PASS);
    assertThat(advice().heartbeat()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void accident_isNoLimit() {
    IdleWatch idle = IdleWatch.begin(path, time, LONGEST);
    LifetimeWatch lifetime = begin(LONGEST);
    time.advance(Duration.ofMinutes(1));
    path.lines.get(path.lines.size() - 1).cut();
    time.advance(LONGEST);
    Line line = LimitsLayer.judge(visit, LONGEST, idle.known(), lifetime.known()).get(1);
    assertThat(line.seen()).contains("cut once, after 60 s; the next got 8 min 59 s old");
    assertThat(visit.upper().lifetimeLimit()).isEmpty();
  }

  /** As when the server restarts: all lines are cut at once, and the next gets old. */
  @Test
  void accidentOfAllLines_isNoIdleLimit() {
    List<Line> lines = watchUntil(Duration.ofSeconds(60), () -> path.lines.forEach(FakeProbe::cut));
    assertThat(lines.get(0).verdict()).isEqualTo(Verdict.WARN);
    assertThat(lines.get(0).seen())
        .contains("cut after 60 s together with one in use")
        .contains("until then a line survived a silence of 55 s");
    assertThat(lines.get(1).seen()).contains("cut once, after 60 s; the next got 8 min 59 s old");
    assertNoLimitIsTold(lines);
    assertThat(advice().snippet()).contains("20s is the default; --long finds out");
  }

  @Test
  void outage_isNoLimit_andNoTransferCouldWork() {
    assertThatOutageIsTold(() -> path.lines.forEach(FakeProbe::cut));
  }

  @Test
  void outageThatNobodyTellsOf_isNoLimitEither() {
    assertThatOutageIsTold(
        () -> {
          path.largestMessage = 0;
          path.closesOnLarge = false;
        });
  }

  private void assertThatOutageIsTold(Runnable outage) {
    List<Line> lines =
        watchUntil(
            Duration.ofMillis(14_500),
            () -> {
              path.refusal = ProbeException.unreachable("nobody is there", null);
              outage.run();
            });
    assertThat(lines).extracting(Line::verdict).containsExactly(Verdict.WARN, Verdict.FAIL);
    assertThat(lines.get(1).seen())
        .matches("the path went away after 14(\\.\\d)? s, while it was watched: nobody is there");
    assertNoLimitIsTold(lines);
  }

  @Test
  void serverThatTakesNoMoreProbes_isNoOutage() {
    List<Line> lines =
        watchUntil(
            Duration.ofSeconds(14),
            () -> {
              path.refusal = ProbeException.refused("too many", 429, true);
              path.lines.forEach(FakeProbe::cut);
            });
    assertThat(lines.get(1).verdict()).isEqualTo(Verdict.WARN);
    assertNoLimitIsTold(lines);
  }

  @Test
  void oneCut_isNoLimit_asLongAsNoOtherLineGotSoOld() {
    path.lifetimeLimit = Duration.ofMinutes(7);
    List<Line> lines = watch(LONGEST);
    assertThat(lines.get(1).seen()).contains("cut once, after 7 min; no other got so old");
    assertThat(lines.get(1).advice()).contains("--long=1260s");
    assertNoLimitIsTold(lines);
  }

  @Test
  void shortLifetimes_areNotTriedForeverUntilTheTimeIsOver() {
    path.lifetimeLimit = Duration.ofSeconds(3);
    List<Line> lines = watch(LONGEST);
    assertThat(visit.upper().lifetimeLimit()).contains(Duration.ofSeconds(3));
    assertThat(lines.get(1).seen()).contains("cut after 3 s, and 2 in turn");
    assertThat(path.opened.get()).isLessThan(20);
  }

  @Test
  void cutsAtUnlikeAges_areAccidents_andEndAfterThree() {
    path.keep(time::nanoTime, time::after);
    LifetimeWatch lifetime = begin(LONGEST);
    for (int seconds : List.of(5, 20, 40)) {
      time.advance(Duration.ofSeconds(seconds));
      path.lines.get(path.lines.size() - 1).cut();
    }
    assertThat(lifetime.end()).isDone();
    Line line = LifetimeJudgement.of(visit, LONGEST, lifetime.known());
    assertThat(line.seen()).isEqualTo("lines in use were cut at unlike ages: 5 s, 19.5 s, 39.5 s");
    assertThat(visit.upper().lifetimeLimit()).isEmpty();
  }

  @Test
  void pathWithoutLimits_passes_andTellsHowFarWasTried() {
    List<Line> lines = watch(LONGEST);
    assertThat(lines).allMatch(line -> line.verdict() == Verdict.PASS);
    assertThat(lines.get(0).seen()).isEqualTo("a line survives a silence of 10 min");
    assertThat(lines.get(1).seen()).isEqualTo("a line in use gets 10 min old");
    assertThat(advice()).isEqualTo(Advice.DEFAULTS);
    assertThat(path.opened.get()).isLessThan(32);
  }

  @Test
  void whatIsKnownHalfWay_isTold() {
    IdleWatch idle = IdleWatch.begin(path, time, LONGEST);
    LifetimeWatch lifetime = begin(LONGEST);
    time.advance(Duration.ofSeconds(100));
    assertThat(LimitsLayer.judge(visit, LONGEST, idle.known(), lifetime.known()))
        .extracting(Line::seen)
        .containsExactly("a line survives a silence of 95 s", "a line in use gets 100 s old");
  }

  @Test
  void withoutLong_itSaysHow() throws InterruptedException {
    assertThat(new LimitsLayer(null, time).examine(visit))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.verdict()).isEqualTo(Verdict.SKIP);
              assertThat(line.seen()).contains("--long");
            });
  }

  /** Something happens to the path after that time. */
  private List<Line> watchUntil(Duration then, Runnable happens) {
    path.keep(time::nanoTime, time::after);
    IdleWatch idle = IdleWatch.begin(path, time, LONGEST);
    LifetimeWatch lifetime = begin(LONGEST);
    time.advance(then);
    happens.run();
    time.advance(LONGEST.minus(then));
    return LimitsLayer.judge(visit, LONGEST, idle.known(), lifetime.known());
  }

  private void assertNoLimitIsTold(List<Line> lines) {
    assertThat(lines).allMatch(line -> line.diagnosis() == null);
    assertThat(visit.upper().idleLimit()).isEmpty();
    assertThat(visit.upper().lifetimeLimit()).isEmpty();
    assertThat(advice().settings()).isEmpty();
  }

  private List<Line> watch(Duration longest) {
    path.keep(time::nanoTime, time::after);
    IdleWatch idle = IdleWatch.begin(path, time, longest);
    LifetimeWatch lifetime = begin(longest);
    time.advance(longest);
    assertThat(idle.end()).isDone();
    assertThat(lifetime.end()).isDone();
    return LimitsLayer.judge(visit, longest, idle.known(), lifetime.known());
  }

  private LifetimeWatch begin(Duration longest) {
    path.keep(time::nanoTime, time::after);
    return LifetimeWatch.begin(path, time, longest);
  }

  private Advice advice() {
    visit.upper().largestMessage(1 << 20);
    return Advice.of(visit.upper()).orElseThrow();
  }
}
