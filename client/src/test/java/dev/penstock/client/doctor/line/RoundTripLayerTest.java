package dev.penstock.client.doctor.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.probe.FakePath;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.UpperVisits;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.client.doctor.visit.Visit;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RoundTripLayerTest {
  private final FakePath path = new FakePath();
  private final Visit visit = UpperVisits.of(path);

  @Test
  void smallMessagesThatTakeLongerThanLargeOnes_areHeldBack() throws InterruptedException {
    path.smallTakes = Duration.ofMillis(400);
    path.largeTakes = Duration.ofMillis(20);
    Line line = examine();
    assertThat(line.verdict()).isEqualTo(Verdict.WARN);
    assertThat(line.seen())
        .isEqualTo("1 byte takes 400 ms there and back, and a large message 20 ms");
    assertThat(UpperVisits.diagnosis(line).cause()).isEqualTo(Cause.BUFFERING);
  }

  @Test
  void longLine_onWhichLargeMessagesTakeAsLong_isNone() throws InterruptedException {
    path.smallTakes = Duration.ofMillis(400);
    path.largeTakes = Duration.ofMillis(410);
    Line line = examine();
    assertThat(line.verdict()).isEqualTo(Verdict.PASS);
    assertThat(line.diagnosis()).isNull();
    assertThat(path.lines).allMatch(probe -> probe.isClosed);
  }

  private Line examine() throws InterruptedException {
    return new RoundTripLayer().examine(visit).get(0);
  }
}
