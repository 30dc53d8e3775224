package dev.penstock.client.audit;

import dev.penstock.client.names.CallIds;
import dev.penstock.client.names.RequestId;
import java.time.Duration;
import java.time.Instant;

/** Records that differ by their request id. */
final class TestRecords {
  private TestRecords() {}

  static AuditRecord record(int id) {
    return new AuditRecord(
        Instant.EPOCH,
        new CallIds(new RequestId(Integer.toString(id))),
        "",
        "stat-blob",
        "main",
        null,
        null,
        null,
        0,
        Duration.ZERO,
        "OK",
        "");
  }

  static String line(int id) {
    return AuditLine.of(record(id));
  }

  /** Of several, one behind the other. */
  static String lines(int first, int end) {
    StringBuilder lines = new StringBuilder();
    for (int id = first; id < end; id++) {
      lines.append(line(id));
    }
    return lines.toString();
  }
}
