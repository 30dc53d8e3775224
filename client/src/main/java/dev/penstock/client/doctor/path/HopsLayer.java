package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.diagnosis.Arrived;
import dev.penstock.client.doctor.diagnosis.Hop;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Visit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Walks the marks that hops left, from here to the server. */
final class HopsLayer implements Layer {
  @Override
  public String name() {
    return "hops";
  }

  @Override
  public List<Line> examine(Visit visit) {
    Optional<Arrived> arrived = visit.path().arrived();
    if (arrived.isEmpty()) {
      return List.of(Line.skip(name(), "", "the server did not say what arrived"));
    }
    List<Line> lines = new ArrayList<>();
    int number = 0;
    for (Hop hop : visit.path().marks().hops()) {
      number++;
      lines.add(Line.pass(name(), Integer.toString(number), Duration.ZERO, inWords(hop)));
    }
    lines.add(
        Line.pass(
            name(), "server", Duration.ZERO, end(Way.of(visit.config()), arrived.get(), number)));
    return lines;
  }

  private static String inWords(Hop hop) {
    return "%s%s: %s"
        .formatted(
            hop.product().inWords(),
            hop.isCertain() ? "" : ", by the look of it",
            String.join("; ", hop.marks()));
  }

  private static String end(Way way, Arrived arrived, int hops) {
    String tls =
        !way.isSecure()
            ? "without TLS"
            : arrived.isTls() ? "under TLS" : "without TLS, which ended at a hop before it";
    String none = hops == 0 ? "; no hop left a mark" : "";
    return "the request came as %s from %s, %s%s"
        .formatted(arrived.version(), arrived.peer(), tls, none);
  }
}
