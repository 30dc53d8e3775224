package dev.penstock.client.doctor.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.penstock.client.check.Outcome;
import dev.penstock.client.doctor.Examination;
import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.visit.Advice;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TextReportTest {
  private static final Line WELL =
      new Line("tls", "", Verdict.PASS, Duration.ofMillis(12), "TLSv1.3", "", null);
  private static final Line BROKEN =
      new Line(
          "upgrade",
          "penstock.example:443",
          Verdict.FAIL,
          Duration.ofMillis(1234),
          "the upgrade headers were gone when the request reached the server, which answered 426",
          "have this hop changed: nginx",
          new Diagnosis(
              Cause.UPGRADE_DROPPED,
              "nginx (the last hop that left a mark)",
              "Upgrade and Connection did not arrive",
              "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;"));

  @Test
  void line_isAligned_andWrappedBelowWhatWasSeen() {
    assertThat(TextReport.of(WELL)).isEqualTo("PASS  tls            12 ms  TLSv1.3\n");
    assertThat(TextReport.of(BROKEN))
        .isEqualTo(
            """
            FAIL  upgrade      1234 ms  penstock.example:443: the upgrade headers were gone when the request
                                        reached the server, which answered 426
                                        -> have this hop changed: nginx
                  hop:      nginx (the last hop that left a mark)
                  cause:    upgrade-dropped
                  evidence: Upgrade and Connection did not arrive
                  remedy:
                    proxy_http_version 1.1;
                    proxy_set_header Upgrade $http_upgrade;
            """);
  }

  @Test
  void report_fits100Columns_andEndsWithTheSettings() {
    Examination examination =
        examination(new Advice(Duration.ofSeconds(10), 65536, Duration.ofSeconds(240), true));
    String text = TextReport.of(examination);
    assertThat(text.lines()).allMatch(line -> line.length() <= TextReport.COLUMNS);
    assertThat(text)
        .contains("A transfer could not work")
        .endsWith("  heartbeat: 10s\n  max-message-bytes: 65536\n  max-carrier-age: 240s\n");
    assertThat(TextReport.end(examination(Advice.DEFAULTS)))
        .contains(
            "\nSettings for this path, for the client's YAML file:\n\n  # heartbeat: 20s, the default, fits")
        .endsWith(
            "  # max-carrier-age: none, the default, fits: no connection was cut for its age\n");
  }

  @Test
  void json_hasTheNamesOfTheReadme() {
    JsonObject json =
        JsonParser.parseString(
                JsonReport.of(
                    examination(new Advice(Duration.ofSeconds(10), 131072, Duration.ZERO, true)),
                    "v"))
            .getAsJsonObject();
    assertThat(json.keySet()).containsExactly("version", "started", "lines", "verdict", "settings");
    JsonObject line = json.getAsJsonArray("lines").get(1).getAsJsonObject();
    assertThat(line.keySet())
        .containsExactly("layer", "subject", "verdict", "took_ms", "seen", "advice", "diagnosis");
    assertThat(line.getAsJsonObject("diagnosis").keySet())
        .containsExactly("cause", "hop", "evidence", "remedy");
    assertThat(line.getAsJsonObject("diagnosis").get("cause").getAsString())
        .isEqualTo("upgrade-dropped");
    assertThat(json.getAsJsonObject("settings").get("heartbeat").getAsString()).isEqualTo("10s");
    assertThat(json.get("verdict").getAsString()).isEqualTo("FAIL");
  }

  private static Examination examination(Advice advice) {
    return new Examination(
        Instant.EPOCH, List.of(WELL, BROKEN), Outcome.UNREACHABLE, Optional.of(advice), "", "");
  }
}
