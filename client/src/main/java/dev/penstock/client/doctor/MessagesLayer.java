package dev.penstock.client.doctor;

import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
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
    Stopwatch watch = Stopwatch.start();
    Waiting waiting = Waiting.of(visit.bound());
    try (MessageSearch search = new MessageSearch(visit.upper().probes(), waiting)) {
      MessageSearch.Result found = search.run();
      if (found.passed() > 0) {
        visit.upper().largestMessage(found.passed());
        return List.of(judge(visit, watch.elapsed(), found));
      }
      visit.block(NAME);
      return List.of(blocked(watch, search.passesInBulk(), found.how()));
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

  private static Line blocked(Stopwatch watch, boolean passesInBulk, String how) {
    return passesInBulk
        ? Line.fail(
                NAME,
                "",
                watch.elapsed(),
                "a message of 1 byte does not come back, and many at once pass",
                "a hop collects bytes before it passes them on; switch that off there")
            .because(
                new Diagnosis(
                    Cause.BUFFERING,
                    "a hop between here and the server",
                    "1 byte alone never came back, and a run of large messages passed",
                    "pass the connection on unbuffered after the 101, and leave /tunnel/ out of"
                        + " any inspection"))
        : Line.fail(
                NAME,
                "",
                watch.elapsed(),
                "a message of 1 byte does not come back: " + how,
                "a hop accepts the upgrade, and then lets no WebSocket messages pass")
            .because(
                new Diagnosis(
                    Cause.FRAMES_BLOCKED,
                    "a hop between here and the server",
                    "the upgrade was answered by 101, and 1 byte did not come back: " + how,
                    "leave the host out of the inspection of HTTP there, or pass /tunnel/ on as"
                        + " plain TCP after the 101"));
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
    String limit = "%s, %s does not".formatted(upTo, Amounts.bytes(found.failed()));
    return found.passed() >= used
        ? Line.pass(
            NAME, "", took, "%s; a tunnel uses at most %s".formatted(limit, Amounts.bytes(used)))
        : Line.fail(NAME, "", took, limit, advice(found.passed())).because(limited(found));
  }

  private static String advice(int passed) {
    int fits = Integer.highestOneBit(passed);
    return fits < Advice.MIN_MESSAGE_BYTES
        ? "raise the limit at that hop: a tunnel needs messages of 1 KiB at least"
        : "set max-message-bytes: %d, or raise the limit at that hop".formatted(fits);
  }

  private static Diagnosis limited(MessageSearch.Result found) {
    return new Diagnosis(
        Cause.MESSAGE_LIMIT,
        "a hop between here and the server",
        "%s passed, and of %s %s"
            .formatted(Amounts.bytes(found.passed()), Amounts.bytes(found.failed()), found.how()),
        "max-message-bytes: %d in the client's settings, or let that hop pass messages of 128 KiB"
            .formatted(Math.max(Advice.MIN_MESSAGE_BYTES, Integer.highestOneBit(found.passed()))));
  }
}
