package dev.penstock.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.registry.v1.RegistryGrpc;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRecordTest {
  @Test
  void line_hasEachFieldByItsName() {
    assertThat(record(new Target("acme", "hub", "team/app", "sha256:00"), false))
        .hasToString(
            "request_id=r-1 caller=scanner tunnel=acme method=FetchBlob registry=hub"
                + " repository=team/app reference=sha256:00 bytes=3333333 duration_ms=1234"
                + " code=OK legs=2");
  }

  @Test
  void line_hasADashForWhatIsNotKnownAndTellsOfAReplacedId() {
    assertThat(record(Target.UNKNOWN, true).toString())
        .contains(" tunnel=- ", " registry=- ", " repository=- ", " reference=- ")
        .endsWith(" request_id_replaced=true");
  }

  @Test
  void line_hasTheTraceIdBehindWhatItHasAlways() {
    TraceId traceId = new TraceId("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(record(Target.UNKNOWN, true, Optional.of(traceId)).toString())
        .endsWith(" legs=2 trace_id=4bf92f3577b34da6a3ce929d0e0e4736 request_id_replaced=true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\ncode=OK",
        "a\r\ncode=OK",
        "a code=OK",
        "a\tcode=OK",
        "a\u0085code=OK",
        "a\u2028code=OK"
      })
  void callersText_neitherEndsTheLineNorBeginsAField(String hostile) {
    String line = record(new Target(hostile, hostile, hostile, hostile), false).toString();
    assertThat(line.lines()).hasSize(1);
    assertThat(line.split("\\s")).hasSize(11);
    assertThat(line).matches("[ -~]+").contains(" repository=a?", "?code=OK ");
  }

  @Test
  void callersText_steersNoTerminalAndIsBounded() {
    Target hostile = new Target("\u001b[31m", "", "x".repeat(10_000), "\u0000\u007f");
    assertThat(record(hostile, false).toString())
        .contains(" tunnel=?[31m ", " reference=?? ")
        .contains(" repository=" + "x".repeat(256) + "... ");
  }

  @Test
  void access_amidItsCallIsToldAsSafely() {
    Access access = new Access(RegistryGrpc.getFetchManifestMethod(), new Metadata(), record -> {});
    access.targetIs(new Target("acme", "", "team/app", "1.0\nfaked"));
    assertThat(access)
        .hasToString(
            "request_id="
                + access.requestId()
                + " tunnel=acme method=FetchManifest repository=team/app reference=1.0?faked");
  }

  private static AccessRecord record(Target target, boolean idReplaced) {
    return record(target, idReplaced, Optional.empty());
  }

  private static AccessRecord record(Target target, boolean idReplaced, Optional<TraceId> traceId) {
    return new AccessRecord(
        new RequestId("r-1"),
        idReplaced,
        traceId,
        "scanner",
        target,
        "FetchBlob",
        3_333_333,
        Duration.ofMillis(1234),
        Code.OK,
        2);
  }
}
