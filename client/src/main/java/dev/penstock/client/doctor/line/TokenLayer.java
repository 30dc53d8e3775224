package dev.penstock.client.doctor.line;

import dev.penstock.client.check.Outcome;
import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.probe.Probe;
import dev.penstock.client.doctor.probe.ProbeException;
import dev.penstock.client.doctor.visit.Amounts;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Limited;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.client.doctor.visit.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Whether the server takes the token, by opening a first probe. */
final class TokenLayer implements Layer {
  static final String NAME = "token";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Line> examine(Visit visit) throws InterruptedException {
    try {
      visit.config().token().read();
    } catch (IOException e) {
      visit.upper().failed(Outcome.MISCONFIGURED);
      visit.block(NAME);
      return List.of(
          Line.fail(
              NAME,
              "",
              Duration.ZERO,
              String.valueOf(e.getMessage()),
              "put the tunnel's token there, alone"));
    }
    return List.of(open(visit));
  }

  private static Line open(Visit visit) throws InterruptedException {
    Waiting waiting = Waiting.of(visit.bound());
    Time watch = Time.start();
    try (Probe probe = waiting.open(visit.upper().probes())) {
      visit.upper().opened(probe);
      return Line.pass(
          NAME,
          "",
          watch.elapsed(),
          "the server takes it for tunnel '%s'%s"
              .formatted(visit.config().tunnel(), limits(probe)));
    } catch (ProbeException e) {
      visit.block(NAME);
      return e.kind() == ProbeException.Kind.MUTE
          ? mute(visit, watch.elapsed(), e)
          : judge(visit, watch.elapsed(), e);
    }
  }

  private static String limits(Probe probe) {
    return probe.maxMessageBytes() == 0
        ? ""
        : ", with messages of up to " + Amounts.bytes(probe.maxMessageBytes());
  }

  private static Line judge(Visit visit, Duration took, ProbeException failure) {
    if (!failure.isOfServer()) {
      return Line.fail(NAME, "", took, said(failure), elsewhere(failure));
    }
    return switch (failure.status()) {
      case 401 -> {
        visit.upper().failed(Outcome.REFUSED);
        yield Line.fail(
            NAME,
            "",
            took,
            "the server does not know this token (401)",
            "put the tunnel's present token in %s; 'penstock-server token create' makes a new one"
                .formatted(visit.config().token()));
      }
      case 403 -> {
        visit.upper().failed(Outcome.REFUSED);
        yield Line.fail(
            NAME,
            "",
            took,
            "the server knows this token, and not for tunnel '%s' (403)"
                .formatted(visit.config().tunnel()),
            "is --tunnel the id that the token was made for? else ask for one for this id");
      }
      case 429 ->
          Line.warn(
              NAME,
              "",
              took,
              "the server has as many probes as it takes (429), and so nothing above is tried",
              "wait until other doctors of this tunnel have ended, and try again");
      default -> Line.fail(NAME, "", took, said(failure), "see the server's log of this moment");
    };
  }

  private static Line mute(Visit visit, Duration took, ProbeException failure) {
    return Line.fail(NAME, "", took, said(failure), elsewhere(failure))
        .because(Limited.by(visit, Cause.FRAMES_BLOCKED, said(failure)));
  }

  private static String said(ProbeException failure) {
    return String.valueOf(failure.getMessage());
  }

  private static String elsewhere(ProbeException failure) {
    return switch (failure.kind()) {
      case REFUSED ->
          "this was not the server's answer: have the hop that gave it pass /tunnel/ as it comes";
      case SILENT, UNREACHABLE ->
          "the upgrade passed and a probe does not: try again, and ask who runs the hops";
      case MUTE, ENDED ->
          "the upgrade is accepted, and then the line is cut: a hop on the way lets no WebSocket"
              + " messages pass";
    };
  }
}
