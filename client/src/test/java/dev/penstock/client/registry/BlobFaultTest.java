package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.blobPath;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.client.names.Digest;
import dev.penstock.client.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong while a blob is read, and what the reader is told. */
final class BlobFaultTest extends ReaderFixture {
  @Test
  void blob_anotherRangeThanAskedIsNeverPassedOn() {
    byte[] content = bytes(1000);
    Digest digest = registry.blob(content);
    registry.on(
        blobPath(digest),
        (request, out) ->
            reply(
                out,
                206,
                Map.of("Content-Range", "bytes 11-20/1000"),
                Arrays.copyOfRange(content, 11, 21)));

    assertThat(openFails(digest, new BlobRange(10, 10)).kind()).isEqualTo(Kind.CORRUPT);
  }

  @Test
  void blob_206WithoutItsRangeIsRefused() {
    Digest digest = registry.blob(bytes(1000));
    registry.on(blobPath(digest), (request, out) -> partialOrHead(request, out));

    assertThat(openFails(digest, new BlobRange(10, 10)).kind()).isEqualTo(Kind.UNSUPPORTED);
  }

  private void partialOrHead(FakeHttpServer.Request request, OutputStream out) throws IOException {
    if (request.method().equals("HEAD")) {
      registry.serve(request, out);
    } else {
      reply(out, 206, Map.of(), bytes(10));
    }
  }

  @Test
  void blob_longerThanAnnouncedIsCorrupt() throws Exception {
    byte[] content = bytes(5000);
    Digest digest = registry.blob(content);
    byte[] longer = Arrays.copyOf(content, 5001);
    registry.on(blobPath(digest), (request, out) -> chunkedOrHead(request, out, longer));

    assertThat(bodyFails(open(digest, BlobRange.WHOLE)).kind()).isEqualTo(Kind.CORRUPT);
  }

  @Test
  void blob_chunkedShorterThanTheHeadSaysIsTruncated() throws Exception {
    byte[] content = bytes(5000);
    Digest digest = registry.blob(content);
    byte[] shorter = Arrays.copyOf(content, 4999);
    registry.on(blobPath(digest), (request, out) -> chunkedOrHead(request, out, shorter));

    RegistryException failure = bodyFails(open(digest, BlobRange.WHOLE));

    assertThat(failure.kind()).isEqualTo(Kind.TRUNCATED);
    assertThat(failure).hasMessageContaining("1 bytes fewer").hasMessageContaining(digest.value());
  }

  @Test
  void blob_connectionClosedEarlyIsTruncated() throws Exception {
    byte[] content = bytes(100_000);
    Digest digest = registry.blob(content);
    registry.on(
        blobPath(digest),
        (request, out) -> {
          reply(out, 200, Map.of("Content-Length", "100000"), Arrays.copyOf(content, 60_000));
          throw new IOException("close");
        });

    RegistryException failure = bodyFails(open(digest, BlobRange.WHOLE));

    assertThat(failure.kind()).isEqualTo(Kind.TRUNCATED);
    assertThat(failure).hasMessageContaining("before the last byte");
  }

  @Test
  void blob_silenceInTheBodyIsAStall() throws Exception {
    Digest digest = registry.blob(bytes(100_000));
    registry.on(
        blobPath(digest),
        (request, out) -> {
          reply(out, 200, Map.of("Content-Length", "100000"), bytes(1000));
          new CountDownLatch(1).await();
        });

    RegistryException failure = bodyFails(open(digest, BlobRange.WHOLE));

    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure).hasMessageContaining("sent nothing for 400 ms");
  }

  @Test
  void blob_readerWithoutDemandIsNoStall() throws Exception {
    byte[] content = bytes(2_000_000);
    BlobContent blob = open(registry.blob(content), BlobRange.WHOLE);
    Collected collected = new Collected(1);
    blob.subscribe(collected);
    collected.firstBytes.get(10, TimeUnit.SECONDS);

    // The reader wants nothing for several stall time-outs: no event may end the transfer.
    Throwable nothing =
        catchThrowable(() -> collected.end.get(STALL.toMillis() * 4, TimeUnit.MILLISECONDS));
    assertThat(nothing).isInstanceOf(TimeoutException.class);

    collected.subscription.join().request(Long.MAX_VALUE);
    assertThat(collected.end.get(20, TimeUnit.SECONDS)).isEqualTo(content);
  }

  @Test
  void blob_cancelledBodyClosesTheConnection() throws Exception {
    Digest digest = registry.blob(bytes(10));
    CountDownLatch broken = new CountDownLatch(1);
    registry.on(
        blobPath(digest),
        (request, out) -> {
          try {
            reply(out, 200, Map.of("Content-Length", "1000000000000"), bytes(1000));
            while (true) {
              out.write(new byte[65536]);
            }
          } finally {
            broken.countDown();
          }
        });
    BlobContent blob = open(digest, BlobRange.WHOLE);
    Collected collected = new Collected(1);
    blob.subscribe(collected);
    collected.firstBytes.get(10, TimeUnit.SECONDS);

    collected.subscription.join().cancel();

    assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(collected.end).isNotDone();
  }

  @Test
  void blob_cancelledFutureEndsTheRequestUnderWay() throws Exception {
    Digest digest = registry.blob(bytes(10));
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch broken = new CountDownLatch(1);
    registry.on(
        blobPath(digest),
        (request, out) -> {
          asked.countDown();
          released.await();
          try {
            while (true) {
              out.write(new byte[65536]);
            }
          } finally {
            broken.countDown();
          }
        });
    CompletableFuture<BlobContent> opening = reader.blob(REPOSITORY, digest, BlobRange.WHOLE);
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

    opening.cancel(true);
    released.countDown();

    assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "404, NOT_FOUND",
    "401, DENIED",
    "403, DENIED",
    "429, THROTTLED",
    "500, FAILING",
    "503, FAILING",
    "400, UNSUPPORTED",
    "418, UNSUPPORTED",
    "304, UNSUPPORTED"
  })
  void status_decidesTheKind(int status, Kind kind) {
    Digest digest = registry.blob(bytes(10));
    byte[] body = "{\"errors\":[{\"code\":\"SOME_CODE\",\"message\":\"a\\nb\"}]}".getBytes(UTF_8);
    registry.on(
        blobPath(digest),
        (request, out) -> reply(out, status, Map.of(), status == 304 ? new byte[0] : body));

    RegistryException failure = openFails(digest, BlobRange.WHOLE);

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure)
        .hasMessageStartingWith("blob team/app@" + digest + " of registry 'main': ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void status_quotesTheRegistrysOwnError() {
    RegistryException failure = openFails(Digest.of(bytes(11)), BlobRange.WHOLE);
    assertThat(failure.kind()).isEqualTo(Kind.NOT_FOUND);
    assertThat(failure)
        .hasMessageContaining("(404, BLOB_UNKNOWN)")
        .rootCause()
        .hasMessage("it says: no such thing");
  }

  @Test
  void registryDown_isUnreachable() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    reader = reader(URI.create("http://127.0.0.1:" + port));

    RegistryException failure = openFails(Digest.of(bytes(1)), BlobRange.WHOLE);

    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure).hasMessageContaining("cannot be reached");
  }

  @Test
  void keptConnectionThatDied_isReplacedUnnoticed() throws Exception {
    byte[] content = bytes(100);
    Digest digest = registry.blob(content);
    AtomicInteger asked = new AtomicInteger();
    registry.on(
        blobPath(digest),
        (request, out) -> {
          // The second request gets its connection closed under it, as an idle one would be.
          if (asked.incrementAndGet() == 2) {
            throw new IOException("close");
          }
          registry.serve(request, out);
        });

    assertThat(Collected.all(open(digest, BlobRange.WHOLE))).isEqualTo(content);
    assertThat(Collected.all(open(digest, BlobRange.WHOLE))).isEqualTo(content);
    assertThat(asked).hasValueGreaterThanOrEqualTo(3);
  }

  @Test
  void connectionThatAlwaysDies_isUnreachable() {
    Digest digest = registry.blob(bytes(10));
    registry.on(
        blobPath(digest),
        (request, out) -> {
          throw new IOException("close");
        });
    RegistryException failure = openFails(digest, BlobRange.WHOLE);
    assertThat(failure.kind()).isIn(Kind.UNREACHABLE, Kind.TRUNCATED);
  }
}
