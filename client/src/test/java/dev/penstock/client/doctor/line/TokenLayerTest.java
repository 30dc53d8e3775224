package dev.penstock.client.doctor.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.check.Outcome;
import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.probe.FakePath;
import dev.penstock.client.doctor.probe.ProbeException;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.UpperVisits;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.client.doctor.visit.Visit;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenLayerTest {
  private final FakePath path = new FakePath();

  @Test
  void taken_tellsTheLimits_andKeepsWhatArrived() throws InterruptedException {
    Visit visit = UpperVisits.of(path);
    Line line = examine(visit);
    assertThat(line.verdict()).isEqualTo(Verdict.PASS);
    assertThat(line.seen()).contains("for tunnel 'acme'", "up to 128 KiB");
    assertThat(visit.upper().arrived()).contains("GET");
    assertThat(path.lines.get(0).isClosed).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "401, true, FAIL, REFUSED, token create",
    "403, true, FAIL, REFUSED, is --tunnel the id",
    "429, true, WARN, OK, other doctors",
    "500, true, FAIL, OK, server's log",
    "401, false, FAIL, OK, have the hop",
  })
  void refusals_areToldByWhoRefuses(
      int status, boolean isOfServer, Verdict verdict, Outcome outcome, String advice)
      throws InterruptedException {
    path.refusal = ProbeException.refused("answered " + status, status, isOfServer);
    Visit visit = UpperVisits.of(path);
    Line line = examine(visit);
    assertThat(line.verdict()).isEqualTo(verdict);
    assertThat(line.advice()).contains(advice);
    assertThat(visit.upper().outcome()).isEqualTo(outcome);
    assertThat(visit.blockedBy()).contains("token");
  }

  @Test
  void acceptedAndThenMute_areBlockedFrames() throws InterruptedException {
    path.refusal = ProbeException.mute("answered 101, but nothing came");
    assertThat(UpperVisits.diagnosis(examine(UpperVisits.of(path))).cause())
        .isEqualTo(Cause.FRAMES_BLOCKED);
  }

  @Test
  void tokenThatCannotBeRead_isAWrongSetting() throws InterruptedException {
    Visit visit =
        new Visit(
            UpperVisits.config().tokenFile(Path.of("/none/token")).build(),
            Duration.ofSeconds(5),
            path);
    assertThat(examine(visit).seen()).contains("/none/token");
    assertThat(visit.upper().outcome()).isEqualTo(Outcome.MISCONFIGURED);
    assertThat(path.opened).hasValue(0);
  }

  private static Line examine(Visit visit) throws InterruptedException {
    return new TokenLayer().examine(visit).get(0);
  }
}
