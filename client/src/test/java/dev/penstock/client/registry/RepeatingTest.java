package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.blobPath;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.client.names.Digest;
import dev.penstock.client.registry.RegistryException.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A read that fails before it brought anything is sent again, for a short while. */
final class RepeatingTest extends ReaderFixture {
  private final byte[] content = bytes(10_000);
  private final AtomicInteger requests = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void registry_thatFailsForAMomentIsAskedAgain(int failures) throws Exception {
    Digest digest = registry.blob(content);
    registry.on(
        blobPath(digest),
        (request, out) -> {
          if (requests.getAndIncrement() < failures) {
            reply(out, 503, Map.of(), new byte[0]);
          } else {
            registry.serve(request, out);
          }
        });
    assertThat(Collected.all(get(patientReader().blob(REPOSITORY, digest, BlobRange.WHOLE))))
        .isEqualTo(content);
    assertThat(requests).hasValue(failures + 1);
  }

  @Test
  void registry_thatHangsUpWithoutAnAnswerIsAskedAgain() throws Exception {
    Digest digest = registry.blob(content);
    registry.on(
        blobPath(digest),
        (request, out) -> {
          if (requests.getAndIncrement() < 4) {
            out.close();
          } else {
            registry.serve(request, out);
          }
        });
    assertThat(get(patientReader().stat(REPOSITORY, digest)).size()).isEqualTo(content.length);
  }

  @Test
  void registry_thatSaysNoIsNotAskedAgain() {
    Digest digest = registry.blob(content);
    registry.on(
        blobPath(digest),
        (request, out) -> {
          requests.incrementAndGet();
          reply(out, 404, Map.of(), new byte[0]);
        });
    Throwable failure = catchThrowable(() -> get(patientReader().stat(REPOSITORY, digest)));
    assertThat(cause(failure).kind()).isEqualTo(Kind.NOT_FOUND);
    assertThat(requests).hasValue(1);
  }

  @Test
  void read_thatIsCancelledIsNotSentAgain() throws Exception {
    Digest digest = registry.blob(content);
    CompletableFuture<Boolean> asked = new CompletableFuture<>();
    registry.on(
        blobPath(digest),
        (request, out) -> {
          requests.incrementAndGet();
          asked.complete(true);
          reply(out, 503, Map.of(), new byte[0]);
        });
    CompletableFuture<BlobStat> read = patientReader().stat(REPOSITORY, digest);
    asked.get(20, TimeUnit.SECONDS);
    read.cancel(true);
    int sent = requests.get();
    CompletableFuture<Boolean> later = new CompletableFuture<>();
    transport.after(Duration.ofSeconds(1), () -> later.complete(true));
    later.get(20, TimeUnit.SECONDS);
    assertThat(requests.get()).isLessThanOrEqualTo(sent + 1); // one may have been on its way
  }
}
