package dev.penstock.client.doctor;

import dev.penstock.client.check.Check;
import dev.penstock.client.check.Finding;
import dev.penstock.client.check.Outcome;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Visit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is on this machine: secrets, certificates and what the settings add up to. */
final class SettingsLayer implements Layer {
  static final String NAME = "settings";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Line> examine(Visit visit) {
    Time watch = Time.start();
    List<Finding> findings = Check.local(visit.config());
    Duration took = watch.elapsed();
    List<Line> lines = new ArrayList<>();
    for (Finding finding : findings) {
      visit.upper().failed(finding.outcome());
      if (finding.outcome() != Outcome.OK) {
        lines.add(Line.of(NAME, finding.subject(), took, finding));
      }
    }
    if (lines.isEmpty()) {
      String subjects = String.join(", ", findings.stream().map(Finding::subject).toList());
      lines.add(Line.pass(NAME, "", took, "can be used: " + subjects));
    }
    return lines;
  }
}
