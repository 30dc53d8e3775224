package dev.penstock.client.doctor.report;

import dev.penstock.client.doctor.Examination;
import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.visit.Advice;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Verdict;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** For people, in {@value #COLUMNS} columns. For one run, and one thread. */
public final class TextReport {
  static final int COLUMNS = 100;

  /** Before what was seen. */
  private static final String HEAD = "%-4s  %-10s  %8s  ";

  private static final String INDENT = " ".repeat(28);

  private final Set<Explained> explained = new HashSet<>();

  /** What one explanation has in common with another that says the same. */
  private record Explained(Cause cause, String hop, String remedy) {}

  /** One line with all that belongs to it, and a line break at its end. */
  public static String of(Line line) {
    return new TextReport().next(line);
  }

  /** The same; what a line before has explained is not explained once more. One thread. */
  public String next(Line line) {
    StringBuilder text = new StringBuilder();
    String head = HEAD.formatted(line.verdict(), line.layer(), took(line));
    String subject = line.subject().isEmpty() ? "" : line.subject() + ": ";
    paragraph(text, head, subject + line.seen());
    if (!line.advice().isEmpty()) {
      paragraph(text, INDENT + "-> ", line.advice());
    }
    Diagnosis why = line.diagnosis();
    if (why != null) {
      boolean isNew = explained.add(new Explained(why.cause(), why.hop(), why.remedy()));
      text.append(isNew ? of(why, line.seen()) : again(why));
    }
    return text.toString();
  }

  /** Remedies are lines to be copied: they stay as they are, however long. */
  private static StringBuilder of(Diagnosis diagnosis, String seen) {
    StringBuilder text = new StringBuilder();
    paragraph(text, "      hop:      ", diagnosis.hop());
    paragraph(text, "      cause:    ", diagnosis.cause().code());
    if (!seen.contains(diagnosis.evidence())) {
      paragraph(text, "      evidence: ", diagnosis.evidence());
    }
    return text.append("      remedy:%n%s".formatted(diagnosis.remedy().stripTrailing().indent(8)));
  }

  private static StringBuilder again(Diagnosis diagnosis) {
    StringBuilder text = new StringBuilder();
    paragraph(
        text, "      as above: ", "%s, %s".formatted(diagnosis.cause().code(), diagnosis.hop()));
    return text;
  }

  private static String took(Line line) {
    return line.verdict() == Verdict.SKIP || line.took().isZero() ? "" : time(line.took());
  }

  private static String time(Duration took) {
    return took.toMillis() < 10_000
        ? Math.max(1, took.toMillis()) + " ms"
        : String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1e3);
  }

  /** What stands at the end: whether a transfer could work, and the settings to paste. */
  public static String end(Examination examination) {
    String verdict =
        switch (examination.verdict()) {
          case PASS, SKIP -> "A transfer can work over this path.";
          case WARN -> "A transfer can work over this path; see what is marked WARN.";
          case FAIL -> "A transfer could not work: see what is marked FAIL.";
        };
    return "%n%s%n%s".formatted(verdict, examination.advice().map(TextReport::settings).orElse(""));
  }

  private static String settings(Advice advice) {
    return "Settings for this path, for the client's YAML file:%n%n%s"
        .formatted(advice.snippet().indent(2));
  }

  /** All of it. */
  public static String of(Examination examination) {
    StringBuilder text = new StringBuilder();
    TextReport report = new TextReport();
    examination.lines().forEach(line -> text.append(report.next(line)));
    return text.append(end(examination)).toString();
  }

  /** Its first line behind {@code head}, the others below that one's beginning. */
  private static void paragraph(StringBuilder text, String head, String words) {
    String before = head;
    String indent = " ".repeat(head.length());
    for (String line : words.split("\n", -1)) {
      for (String part : Wrapping.of(line, COLUMNS - head.length())) {
        text.append((before + part).stripTrailing()).append(System.lineSeparator());
        before = indent;
      }
    }
  }
}
