package dev.penstock.client.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.penstock.client.names.CallIds;
import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import dev.penstock.client.names.RequestId;
import dev.penstock.client.names.Tag;
import dev.penstock.client.names.TraceContext;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuditLineTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @Test
  void wholeRecord_hasItsMembersInOrder() {
    assertThat(line("ci", "main", new Digest("sha256:" + HEX), "OK", ""))
        .isEqualTo(
            "{\"time\":\"2026-11-21T09:08:07.006Z\",\"request_id\":\"id-1\",\"caller\":\"ci\","
                + "\"operation\":\"fetch-blob\",\"registry\":\"main\",\"repository\":\"team/app\","
                + "\"digest\":\"sha256:"
                + HEX
                + "\",\"bytes\":1234567890123,\"duration_ms\":61001,\"outcome\":\"OK\"}\n");
  }

  @Test
  void tag_standsBeforeTheDigestThatItStoodFor() {
    assertThat(line("ci", "main", Reference.parse("1.0"), "OK", ""))
        .contains("\"team/app\",\"tag\":\"1.0\",\"digest\":\"sha256:" + HEX + "\",\"bytes\"");
  }

  @Test
  void membersWithoutAValue_areLeftOut() {
    String line =
        AuditLine.of(
            new AuditRecord(
                Instant.parse("2026-11-21T00:00:00Z"),
                new CallIds(new RequestId("id-1")),
                "",
                "list-repositories",
                "",
                null,
                null,
                null,
                0,
                Duration.ZERO,
                "CANCELLED",
                ""));
    assertThat(line)
        .isEqualTo(
            "{\"time\":\"2026-11-21T00:00:00.000Z\",\"request_id\":\"id-1\","
                + "\"operation\":\"list-repositories\",\"bytes\":0,\"duration_ms\":0,"
                + "\"outcome\":\"CANCELLED\"}\n");
  }

  @Test
  void traceId_followsTheRequestId() {
    TraceContext trace = new TraceContext("00-" + HEX.substring(32) + "-00f067aa0ba902b7-01", "");
    String line =
        AuditLine.of(
            new AuditRecord(
                Instant.EPOCH,
                new CallIds(new RequestId("id-1"), trace),
                "ci",
                "list-repositories",
                "main",
                null,
                null,
                null,
                0,
                Duration.ZERO,
                "OK",
                ""));
    assertThat(line)
        .contains(
            "\"request_id\":\"id-1\",\"trace_id\":\""
                + HEX.substring(32)
                + "\",\"caller\":\"ci\",");
  }

  @Test
  void reason_comesLast() {
    assertThat(line("ci", "main", null, "PERMISSION_DENIED", "no rule allows it"))
        .endsWith(",\"outcome\":\"PERMISSION_DENIED\",\"reason\":\"no rule allows it\"}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\",\"outcome\":\"OK\",\"x\":\"",
        "}\n{\"time\":\"forged\"}",
        "\r\n",
        "\\",
        "\\\"",
        "\u0000\u0007\u001b[2J\u007f",
        "\u0085\u009b31m",
        "\u2028\u2029\u202e\ufeff",
        "\u00e4\u20ac\ud83d\ude00",
        "</script>"
      })
  void foreignText_isOneLineOfPrintableAsciiAndReadsBackAsItWas(String text) {
    String line = line(text, "main", null, "INTERNAL", text);
    assertThat(line).matches("[\\x20-\\x7e]+\\n");
    JsonObject read = JsonParser.parseString(line).getAsJsonObject();
    assertThat(read.get("caller").getAsString()).isEqualTo(text);
    assertThat(read.get("reason").getAsString()).isEqualTo(text);
    assertThat(read.get("outcome").getAsString()).isEqualTo("INTERNAL");
    assertThat(read.size()).isEqualTo(10);
  }

  @Test
  void halfACharacter_isWrittenAsItsEscape() {
    assertThat(line("", "main", null, "INTERNAL", "x\ud83d")).contains("\"reason\":\"x\\ud83d\"");
  }

  private static String line(
      String caller,
      String registry,
      @Nullable Reference reference,
      String outcome,
      String reason) {
    return AuditLine.of(
        new AuditRecord(
            Instant.parse("2026-11-21T09:08:07.006999Z"),
            new CallIds(new RequestId("id-1")),
            caller,
            "fetch-blob",
            registry,
            new Repository("team/app"),
            reference,
            reference instanceof Tag ? new Digest("sha256:" + HEX) : null,
            1_234_567_890_123L,
            Duration.ofMillis(61_001),
            outcome,
            reason));
  }
}
