package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.blobPath;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.client.names.Digest;
import dev.penstock.client.registry.FakeHttpServer.Handler;
import dev.penstock.client.registry.RegistryException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that says when to come back is asked again then, and not before. */
final class RetryAfterReadTest extends ReaderFixture {
  private static final Duration TOLD = Duration.ofSeconds(1);

  private final byte[] content = bytes(200_000);

  /** When each request came. */
  private final List<Long> askedNanos = new CopyOnWriteArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void opening_isAskedAgainWhenItIsToldTo(int status) throws Exception {
    Digest digest = registry.blob(content);
    registry.on(blobPath(digest), answers(throttle(status, "1")));
    BlobContent blob = get(waitingReader().blob(REPOSITORY, digest, BlobRange.WHOLE));
    assertThat(Collected.all(blob)).isEqualTo(content);
    assertThat(askedNanos).hasSize(2);
    assertThat(gap(0)).isGreaterThanOrEqualTo(TOLD);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void list_isAskedAgainWhenItIsToldTo(int status) throws Exception {
    registry.on(
        "/v2/team/app/tags/list",
        answers(
            throttle(status, "1"),
            (request, out) ->
                reply(
                    out,
                    200,
                    Map.of("Content-Type", "application/json"),
                    "{\"name\":\"team/app\",\"tags\":[\"1.0\"]}".getBytes(US_ASCII))));
    Page<?> page = get(waitingReader().tags(REPOSITORY, new PageRequest(0, null)));
    assertThat(page.entries()).hasToString("[1.0]");
    assertThat(gap(0)).isGreaterThanOrEqualTo(TOLD);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void body_goesOnWhenItIsToldTo(int status) throws Exception {
    Digest digest = registry.blob(content);
    registry.on(blobPath(digest), answers(breakOff(70_000), throttle(status, "1")));
    BlobContent blob = get(waitingReader().blob(REPOSITORY, digest, BlobRange.WHOLE));
    assertThat(Collected.all(blob)).isEqualTo(content);
    assertThat(askedNanos).hasSize(3);
    assertThat(gap(1)).isGreaterThanOrEqualTo(TOLD);
    assertThat(registry.requests().get(2).header("Range")).isEqualTo("bytes=70000-199999");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "429 | 3600                          | THROTTLED | it asks to come back in 3600 s",
        "503 | 999999999                     | FAILING   | it asks to come back in 999999999 s",
        "503 | Fri, 31 Dec 9999 23:59:59 GMT | FAILING   | it asks to come back in 2",
      })
  void opening_thatIsToldToWaitBeyondPatienceFailsAtOnceAndSaysSo(
      int status, String told, Kind kind, String says) {
    Digest digest = registry.blob(content);
    registry.on(blobPath(digest), answers(throttle(status, told)));
    Throwable failure =
        catchThrowable(() -> get(waitingReader().blob(REPOSITORY, digest, BlobRange.WHOLE)));
    assertThat(cause(failure).kind()).isEqualTo(kind);
    assertThat(cause(failure)).hasMessageContaining(says).hasMessageContaining("team/app");
    assertThat(askedNanos).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3600", "999999999", "Fri, 31 Dec 9999 23:59:59 GMT"})
  void body_thatIsToldToWaitBeyondPatienceFailsAtOnceAndSaysSo(String told) throws Exception {
    Digest digest = registry.blob(content);
    registry.on(blobPath(digest), answers(breakOff(70_000), throttle(429, told)));
    BlobContent blob = get(waitingReader().blob(REPOSITORY, digest, BlobRange.WHOLE));
    RegistryException failure = bodyFails(blob);
    assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
    assertThat(failure)
        .hasMessageContaining("it asks to come back in ")
        .hasMessageContaining("gave up at byte 70000 of 200000");
    assertThat(askedNanos).hasSize(2);
  }

  @Test
  void rubbish_isAskedAgainAsIfItHadNotBeenSaid() throws Exception {
    Digest digest = registry.blob(content);
    registry.on(blobPath(digest), answers(throttle(503, "soon")));
    assertThat(get(patientReader().stat(REPOSITORY, digest)).size()).isEqualTo(content.length);
    assertThat(askedNanos).hasSize(2);
  }

  @Test
  void noTime_isWaitedForAsWithout() throws Exception {
    Digest digest = registry.blob(content);
    Handler throttle = throttle(429, "0");
    registry.on(blobPath(digest), answers(throttle, throttle, throttle));
    assertThat(get(waitingReader().stat(REPOSITORY, digest)).size()).isEqualTo(content.length);
    assertThat(gap(1)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    assertThat(gap(2)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
  }

  @Test
  void read_thatIsCancelledWhileItWaitsIsNotSentAgain() throws Exception {
    Digest digest = registry.blob(content);
    CompletableFuture<Boolean> asked = new CompletableFuture<>();
    registry.on(
        blobPath(digest),
        (request, out) -> {
          askedNanos.add(System.nanoTime());
          throttle(429, "1").answer(request, out);
          asked.complete(true);
        });
    CompletableFuture<BlobStat> read = waitingReader().stat(REPOSITORY, digest);
    get(asked);
    // Behind the answer, on the one way that it takes; then it waits.
    CompletableFuture<Boolean> later = new CompletableFuture<>();
    transport.after(Duration.ofMillis(200), () -> later.complete(read.cancel(true)));
    assertThat(get(later)).isTrue();
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    transport.after(TOLD.plusMillis(600), () -> over.complete(true));
    get(over);
    assertThat(askedNanos).hasSize(1);
  }

  /** In this order, and then as it should be. */
  private Handler answers(Handler... first) {
    return (request, out) -> {
      askedNanos.add(System.nanoTime());
      if (askedNanos.size() <= first.length) {
        first[askedNanos.size() - 1].answer(request, out);
      } else {
        registry.serve(request, out);
      }
    };
  }

  private Duration gap(int index) {
    return Duration.ofNanos(askedNanos.get(index + 1) - askedNanos.get(index));
  }

  private static Handler throttle(int status, String retryAfter) {
    return (request, out) -> reply(out, status, Map.of("Retry-After", retryAfter), new byte[0]);
  }

  private Handler breakOff(int at) {
    return (request, out) -> {
      Map<String, String> length = Map.of("Content-Length", Integer.toString(content.length));
      reply(out, 200, length, Arrays.copyOf(content, at));
      throw new IOException("close");
    };
  }

  /** Gives up at once but where it is told to wait. */
  private RegistryReader waitingReader() {
    RegistryOptions options =
        new RegistryOptions(
            1024, 100_000, Duration.ZERO, Duration.ofSeconds(20), OPTIONS.idleTimeout());
    return new RegistryReader(
        new RegistryEndpoint("main", registry.uri(), null), options, transport);
  }
}
