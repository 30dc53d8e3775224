package dev.penstock.client.doctor.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.penstock.client.doctor.Examination;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.visit.Advice;
import dev.penstock.client.doctor.visit.Line;
import java.util.LinkedHashMap;
import java.util.Map;

/** For programs: one object, whose names are stable and stand in the module's README. */
public final class JsonReport {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private JsonReport() {}

  /**
   * As JSON.
   *
   * @param version of this program
   */
  public static String of(Examination examination, String version) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("version", version);
    report.put("started", examination.started().toString());
    report.put("lines", examination.lines().stream().map(JsonReport::line).toList());
    report.put("verdict", examination.verdict().name());
    report.put("settings", examination.advice().map(Advice::settings).orElse(Map.of()));
    return GSON.toJson(report);
  }

  private static Map<String, Object> line(Line line) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("layer", line.layer());
    object.put("subject", line.subject());
    object.put("verdict", line.verdict().name());
    object.put("took_ms", line.took().toMillis());
    object.put("seen", line.seen());
    object.put("advice", line.advice());
    Diagnosis diagnosis = line.diagnosis();
    if (diagnosis != null) {
      object.put("diagnosis", diagnosis(diagnosis));
    }
    return object;
  }

  private static Map<String, Object> diagnosis(Diagnosis diagnosis) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("cause", diagnosis.cause().code());
    object.put("hop", diagnosis.hop());
    object.put("evidence", diagnosis.evidence());
    object.put("remedy", diagnosis.remedy());
    return object;
  }
}
