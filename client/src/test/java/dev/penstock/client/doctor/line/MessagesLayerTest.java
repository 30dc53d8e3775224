package dev.penstock.client.doctor.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.probe.FakePath;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.UpperVisits;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.client.doctor.visit.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
final class MessagesLayerTest {
  private final FakePath path = new FakePath();
  private final Visit visit = UpperVisits.of(path);

  @AfterEach
  void noLineIsLeftOpen() {
    assertThat(path.lines).allMatch(line -> line.isClosed);
  }

  @Test
  void pathWithoutALimit_passesOverOneLine() throws InterruptedException {
    Line line = examine();
    assertThat(line.verdict()).isEqualTo(Verdict.PASS);
    assertThat(line.seen()).isEqualTo("messages of 1 byte to 1 MiB come back");
    assertThat(path.opened).hasValue(1);
    assertThat(visit.upper().largestMessage()).hasValue(1 << 20);
  }

  @ParameterizedTest
  @CsvSource({
    "65536, true, 65536, max-message-bytes: 65536",
    "65536, false, 65536, max-message-bytes: 65536",
    "65535, true, 65535, max-message-bytes: 32768",
    "4096, true, 4096, max-message-bytes: 4096",
  })
  void messageLimit_isFound_andTheSettingThatFits(
      int limit, boolean closes, int found, String setting) throws InterruptedException {
    path.largestMessage = limit;
    path.closesOnLarge = closes;
    Line line = examine();
    assertThat(line.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(visit.upper().largestMessage().getAsInt()).isBetween(found - found / 32, found);
    assertThat(line.advice()).contains(setting);
    assertThat(UpperVisits.diagnosis(line).cause()).isEqualTo(Cause.MESSAGE_LIMIT);
    assertThat(UpperVisits.diagnosis(line).evidence())
        .startsWith("a message of ")
        .endsWith(" did not: " + (closes ? "code 1009 (too big)" : "it never came back"));
    assertThat(line.seen()).contains("come back, one of ").endsWith(" does not");
    assertThat(visit.blockedBy()).isEmpty();
  }

  @Test
  void limitAboveWhatATunnelUses_isNoFailure() throws InterruptedException {
    path.largestMessage = 300_000;
    assertThat(examine().verdict()).isEqualTo(Verdict.PASS);
    path.largestMessage = 70_000;
    path.serversMaxMessageBytes = 65536;
    visit.upper().opened(path.open().join());
    path.lines.get(path.lines.size() - 1).close();
    Line line = examine();
    assertThat(line.verdict()).isEqualTo(Verdict.PASS);
    assertThat(line.seen()).contains("a tunnel uses at most 64 KiB");
  }

  @Test
  void nothingPasses_blocksWhatIsAbove() throws InterruptedException {
    path.largestMessage = 0;
    Line line = examine();
    assertThat(line.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(UpperVisits.diagnosis(line).cause()).isEqualTo(Cause.FRAMES_BLOCKED);
    assertThat(visit.blockedBy()).contains("messages");
  }

  @Test
  void smallMessagesThatAreHeldBack_areBuffering() throws InterruptedException {
    path.holdsSmall = true;
    assertThat(UpperVisits.diagnosis(examine()).cause()).isEqualTo(Cause.BUFFERING);
  }

  private Line examine() throws InterruptedException {
    return new MessagesLayer().examine(visit).get(0);
  }
}
