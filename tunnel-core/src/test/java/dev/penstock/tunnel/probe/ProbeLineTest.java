package dev.penstock.tunnel.probe;

import static dev.penstock.tunnel.probe.ProbeFixture.PATIENCE;
import static dev.penstock.tunnel.probe.ProbeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.penstock.tunnel.session.AskedLimits;
import dev.penstock.tunnel.websocket.dial.DialAnswer;
import dev.penstock.tunnel.websocket.dial.DialException;
import dev.penstock.tunnel.websocket.dial.DialStep;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a doctor asks of a line, answered by a real acceptor. */
class ProbeLineTest {
  private final ProbeFixture fixture = new ProbeFixture();

  ProbeLineTest() throws IOException {}

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void open_tellsWhatArrivedAndTheLimitsOfATunnel() throws Exception {
    ProbeLine line = fixture.open();
    assertThat(line.headers().first("Penstock-Max-Message")).contains("131072");
    assertThat(line.headers().first("penstock-heartbeat")).contains("20000");
    assertThat(line.headers().first("Penstock-Probe")).contains("nonce-1");
    assertThat(line.headers().first("Penstock-Server")).isNotEmpty();
    JsonObject arrived = JsonParser.parseString(line.arrived()).getAsJsonObject();
    assertThat(arrived.get("path").getAsString()).isEqualTo("/tunnel/v1/acme");
    assertThat(arrived.get("tls").getAsBoolean()).isFalse();
    JsonObject headers = arrived.getAsJsonObject("headers");
    assertThat(headers.get("Penstock-Probe").getAsString()).isEqualTo("nonce-1");
    assertThat(headers.get("Authorization").getAsString()).isEqualTo("(not shown)");
    assertThat(line.arrived()).doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65_536, 131_073, 1_048_576})
  void echo_comesBackAsItWas(int bytes) throws Exception {
    ProbeLine line = fixture.open();
    assertThat(get(line.echo(bytes))).isPositive();
    assertThat(get(line.echo(3))).isPositive();
  }

  @Test
  void ping_isAnsweredBesideAnEcho() throws Exception {
    ProbeLine line = fixture.open();
    CompletableFuture<Duration> echo = line.echo(1_000_000);
    assertThat(get(line.ping())).isPositive();
    assertThat(get(echo)).isPositive();
  }

  @Test
  void secondThing_atATimeFailsAndHarmsNotTheFirst() throws Exception {
    ProbeLine line = fixture.open();
    CompletableFuture<Duration> first = new CompletableFuture<>();
    CompletableFuture<Duration> second = new CompletableFuture<>();
    // In one turn of the line's loop: the first cannot be over before the second is asked for.
    fixture
        .loop()
        .execute(
            () -> {
              pass(line.echo(500_000), first);
              pass(line.echo(1), second);
            });
    assertThat(second)
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(IllegalStateException.class);
    assertThat(get(first)).isPositive();
  }

  private static <T> void pass(CompletableFuture<T> from, CompletableFuture<T> to) {
    var unused =
        from.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                to.complete(value);
              } else {
                to.completeExceptionally(failure);
              }
            });
  }

  @Test
  void throughput_countsWhatCameThroughBothWays() throws Exception {
    ProbeLine line = fixture.open();
    Throughput up = get(line.upload(10_000_001, 65_536, PATIENCE));
    assertThat(up.bytes()).isEqualTo(10_000_001);
    assertThat(up.bytesPerSecond()).isPositive();
    Throughput down = get(line.download(20_000_001, 100_000, PATIENCE));
    assertThat(down.bytes()).isEqualTo(20_000_001);
    assertThat(get(line.echo(10))).isPositive();
    ProbeCounts counts = fixture.acceptor.probes();
    assertThat(counts.open()).isEqualTo(1);
    assertThat(counts.opened()).isEqualTo(1);
    assertThat(counts.receivedBytes()).isEqualTo(10_000_011);
    assertThat(counts.sentBytes()).isEqualTo(20_000_011);
  }

  @Test
  void upload_whoseTimeIsUpTellsWhatArrived() throws Exception {
    ProbeLine line = fixture.open();
    Throughput up = get(line.upload(ProbeLine.MAX_BYTES, 16_384, Duration.ofMillis(20)));
    assertThat(up.bytes()).isPositive().isLessThanOrEqualTo(ProbeLine.MAX_BYTES);
    assertThat(get(line.echo(1))).as("the line is as good as before").isPositive();
  }

  @Test
  void download_whoseTimeIsUpTellsWhatCameAndClosesTheLine() throws Exception {
    ProbeLine line = fixture.open();
    Throughput down = get(line.download(ProbeLine.MAX_BYTES, 1_048_576, Duration.ofMillis(100)));
    assertThat(down.bytes()).isPositive();
    if (down.bytes() < ProbeLine.MAX_BYTES) {
      assertThat(get(line.ended()).byUs()).isTrue();
    }
  }

  @Test
  void close_endsTheLineAtBothEnds() throws Exception {
    ProbeLine line = fixture.open();
    line.close();
    ProbeEnd end = get(line.ended());
    assertThat(end.code()).isEqualTo(1000);
    assertThat(end.byUs()).isTrue();
    assertThat(end.afterOpen()).isPositive();
    assertThat(line.echo(1))
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .asInstanceOf(InstanceOfAssertFactories.type(ProbeException.class))
        .matches(failure -> failure.end().isPresent());
  }

  @Test
  void token_ofNobodyIsTheWholeAnswerOfTheServer() throws Exception {
    DialAnswer answer = refusal("acme", "wrong").answer().orElseThrow();
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.headers().first("Penstock-Probe")).contains("nonce-1");
    JsonObject body = JsonParser.parseString(answer.body()).getAsJsonObject();
    assertThat(body.get("answered_by").getAsString()).isEqualTo("penstock-server");
    assertThat(body.get("error").getAsString()).isEqualTo("unknown token");
    assertThat(refusal("acme", "hush-other").httpStatus()).contains(403);
  }

  @Test
  void probes_areAtMost32OfATunnel() throws Exception {
    List<ProbeLine> lines = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      lines.add(fixture.open());
    }
    DialException full = refusal("acme", "hush-acme");
    assertThat(full.httpStatus()).contains(429);
    assertThat(full.retryAfter()).contains(Duration.ofSeconds(10));
    ProbeLine other = get(ProbeLine.open(fixture.target("other")));
    assertThat(get(other.echo(1))).isPositive();
    lines.get(0).close();
    get(lines.get(0).ended());
    assertThat(get(fixture.open().echo(1))).isPositive();
  }

  @Test
  void drain_endsProbesWith1001AndBeginsNoMore() throws Exception {
    ProbeLine line = fixture.open();
    fixture.acceptor.drain("the test ends");
    ProbeEnd end = get(line.ended());
    assertThat(end.code()).isEqualTo(1001);
    assertThat(end.byUs()).isFalse();
    assertThat(refusal("acme", "hush-acme").httpStatus()).contains(503);
  }

  @Test
  void close_ofTheAcceptorEndsProbesWith1001() throws Exception {
    ProbeLine line = fixture.open();
    fixture.acceptor.close();
    assertThat(get(line.ended()).code()).isEqualTo(1001);
  }

  @Test
  void token_thatIsWithdrawnEndsItsProbesAlone() throws Exception {
    ProbeLine line = fixture.open();
    ProbeLine other = get(ProbeLine.open(fixture.target("other")));
    fixture.withdrawn.add("acme");
    fixture.acceptor.closeWithdrawnProbes();
    ProbeEnd end = get(line.ended());
    assertThat(end.code()).isEqualTo(1008);
    assertThat(end.reason()).isEqualTo("its token was withdrawn");
    assertThat(get(other.echo(1))).isPositive();
    // Judged in time, but withdrawn before it was open.
    assertThat(get(fixture.open().ended()).code()).isEqualTo(1008);
  }

  @Test
  void limits_thatAreAskedForAreInTheAnswer() throws Exception {
    AskedLimits asked = new AskedLimits(Duration.ofSeconds(5), 1_000_000);
    ProbeLine line =
        get(ProbeLine.open(fixture.target(fixture.server(), "acme", "hush-acme", asked, PATIENCE)));
    assertThat(line.headers().first("Penstock-Heartbeat")).contains("5000");
    assertThat(line.headers().first("Penstock-Max-Message")).contains("131072");
  }

  @Test
  void budget_thatIsSpentEndsTheLine() throws Exception {
    ProbeLine line = fixture.open();
    get(line.echo(1));
    assertThat(line.download(ProbeLine.MAX_BYTES, 65_536, PATIENCE)).failsWithin(PATIENCE);
    ProbeEnd end = get(line.ended());
    assertThat(end.code()).isEqualTo(1008);
    assertThat(end.reason()).isEqualTo("a probe moves at most 268435456 bytes");
  }

  @Test
  void numbers_thatNoServerTakesAreRefusedAtOnce() throws Exception {
    ProbeLine line = fixture.open();
    assertThatThrownBy(() -> line.echo(ProbeLine.MAX_MESSAGE_BYTES + 1))
        .hasMessage("bytes of an echo is 1048577; accepted are 0 to 1048576");
    assertThatThrownBy(() -> line.upload(0, 1, PATIENCE)).hasMessageContaining("bytes is 0");
    assertThatThrownBy(() -> line.download(1, 0, PATIENCE)).hasMessageContaining("of a message");
  }

  private DialException refusal(String tunnelId, String token) throws IOException {
    CompletableFuture<ProbeLine> opening =
        ProbeLine.open(
            fixture.target(fixture.server(), tunnelId, token, AskedLimits.NONE, PATIENCE));
    List<DialException> failures = new ArrayList<>();
    assertThat(opening)
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .satisfies(failure -> failures.add((DialException) failure.getCause()));
    DialException failure = failures.get(0);
    assertThat(failure.step()).isEqualTo(DialStep.UPGRADE);
    assertThat(failure).hasMessageNotContaining("hush");
    return failure;
  }
}
