package dev.penstock.client.doctor.line;

import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.probe.ProbeException;
import dev.penstock.client.doctor.visit.Advice;
import dev.penstock.client.doctor.visit.Amounts;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Limited;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.client.doctor.visit.Waiting;
import java.time.Duration;
import java.util.List;

/** Which messages pass: from one byte to the largest that a tunnel may ever use. */
final class MessagesLayer implements Layer {
  static final String NAME = "messages";

  /** What a server gives unless it is configured otherwise. */
  private static final int USUAL_BYTES = Advice.DEFAULT_MAX_MESSAGE_BYTES;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Line> examine(Visit visit) throws InterruptedException {
    Time watch = Time.start();
    Waiting waiting = Waiting.of(visit.bound());
    try (MessageSearch search = new MessageSearch(visit.upper().probes(), waiting)) {
      MessageSearch.Result found = search.run();
      if (found.passed() > 0) {
        visit.upper().largestMessage(found.passed());
        return List.of(judge(visit, watch.elapsed(), found));
      }
      visit.block(NAME);
      return List.of(blocked(visit, watch, search.passesInBulk(), found.how()));
    } catch (ProbeException e) {
      visit.block(NAME);
      return List.of(
          Line.fail(
              NAME,
              "",
              watch.elapsed(),
              "no line could be opened again: " + e.getMessage(),
              "try again; a hop may limit how often a host connects"));
    }
  }

  private static Line blocked(Visit visit, Time watch, boolean passesInBulk, String how) {
    return passesInBulk
        ? Line.fail(
                NAME,
                "",
                watch.elapsed(),
                "a message of 1 byte does not come back, and many at once pass",
                "a hop collects bytes before it passes them on; switch that off there")
            .because(
                Limited.by(
                    visit,
                    Cause.BUFFERING,
                    "1 byte alone never came back, and a run of large messages passed"))
        : Line.fail(
                NAME,
                "",
                watch.elapsed(),
                "a message of 1 byte does not come back: " + how,
                "a hop accepts the upgrade, and then lets no WebSocket messages pass")
            .because(
                Limited.by(
                    visit,
                    Cause.FRAMES_BLOCKED,
                    "the upgrade was answered by 101, and 1 byte did not come back: " + how));
  }

  private static Line judge(Visit visit, Duration took, MessageSearch.Result found) {
    int used = visit.upper().maxMessageBytes().orElse(USUAL_BYTES);
    String upTo = "messages of 1 byte to %s come back".formatted(Amounts.bytes(found.passed()));
    if (found.isOpen()) {
      return found.passed() >= used
          ? Line.pass(NAME, "", took, upTo + "; the time was up before larger ones were tried")
          : Line.warn(
              NAME,
              "",
              took,
              upTo + "; the time was up before larger ones had",
              "the line is slow: see throughput");
    }
    if (found.failed() == 0) {
      return Line.pass(NAME, "", took, upTo);
    }
    String limit = "%s, one of %s does not".formatted(upTo, Amounts.bytes(found.failed()));
    return found.passed() >= used
        ? Line.pass(
            NAME, "", took, "%s; a tunnel uses at most %s".formatted(limit, Amounts.bytes(used)))
        : Line.fail(NAME, "", took, limit, advice(found.passed())).because(limited(visit, found));
  }

  private static String advice(int passed) {
    int fits = Integer.highestOneBit(passed);
    return fits < Advice.MIN_MESSAGE_BYTES
        ? "raise the limit at that hop: a tunnel needs messages of 1 KiB at least"
        : "set max-message-bytes: %d, or raise the limit at that hop".formatted(fits);
  }

  private static Diagnosis limited(Visit visit, MessageSearch.Result found) {
    return Limited.by(
        visit,
        Cause.MESSAGE_LIMIT,
        "a message of %s passed, and one of %s did not: %s"
            .formatted(Amounts.bytes(found.passed()), Amounts.bytes(found.failed()), found.how()));
  }
}
