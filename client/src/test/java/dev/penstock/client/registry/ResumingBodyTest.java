package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.blobPath;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.penstock.client.names.CallIds;
import dev.penstock.client.names.Digest;
import dev.penstock.client.names.RequestId;
import dev.penstock.client.names.TraceContext;
import dev.penstock.client.registry.FakeHttpServer.Handler;
import dev.penstock.client.registry.FakeHttpServer.Request;
import dev.penstock.client.registry.RegistryException.Kind;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A body that breaks off goes on at its next byte, for as long as it moves. */
final class ResumingBodyTest extends ReaderFixture {
  private static final int SIZE = 3_000_000;

  private final byte[] content = bytes(SIZE);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 30_000, 1_500_000, SIZE - 1})
  void body_thatBreaksOffOnceArrivesWhole(int at) throws Exception {
    Digest digest = registry.blob(content);
    AtomicInteger connections = new AtomicInteger();
    registry.on(
        blobPath(digest),
        (request, out) -> {
          if (connections.getAndIncrement() == 0) {
            breakOff(at).answer(request, out);
          } else {
            registry.serve(request, out);
          }
        });

    assertThat(Collected.all(open(digest, BlobRange.WHOLE))).isEqualTo(content);
    List<Request> requests = registry.requests();
    assertThat(requests.get(requests.size() - 1).header("Range"))
        .isEqualTo("bytes=%d-%d".formatted(at, SIZE - 1));
  }

  @Test
  void line_aboutABodyThatBreaksOffNamesItsCall() throws Exception {
    Digest digest = registry.blob(content);
    registry.on(blobPath(digest), breakOff(1_200_000));
    TraceContext trace =
        new TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "");
    RegistryReader onBehalf = reader.onBehalfOf(new CallIds(new RequestId("id-1"), trace));
    Logger logger = (Logger) LoggerFactory.getLogger(ResumingBody.class);
    Level before = logger.getLevel();
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(Level.INFO);
    try {
      BlobContent blob = get(onBehalf.blob(REPOSITORY, digest, BlobRange.WHOLE));
      assertThat(Collected.all(blob)).isEqualTo(content);
    } finally {
      logger.setLevel(before);
      logger.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .endsWith(
            " going on at byte 1200000 of 3000000"
                + " (request id-1, trace 4bf92f3577b34da6a3ce929d0e0e4736)");
  }

  @Test
  void range_thatBreaksOffGoesOnWithinItself() throws Exception {
    Digest digest = registry.blob(content);
    registry.on(blobPath(digest), breakOff(1_200_000));
    BlobContent range = open(digest, new BlobRange(100_000, 2_500_000));
    assertThat(Collected.all(range)).isEqualTo(Arrays.copyOfRange(content, 100_000, 2_600_000));
  }

  @Test
  void body_goesOnWhileEachConnectionBringsEnough() throws Exception {
    Digest digest = registry.blob(content);
    registry.on(blobPath(digest), breakOff(1 << 20));
    assertThat(Collected.all(open(digest, BlobRange.WHOLE))).isEqualTo(content);
    assertThat(registry.requests()).hasSize(3);
  }

  @Test
  void body_thatDoesNotMoveIsGivenUpWithTheFirstCauseAndTheAttempts() throws Exception {
    Digest digest = registry.blob(content);
    AtomicInteger connections = new AtomicInteger();
    registry.on(
        blobPath(digest),
        (request, out) ->
            breakOff(connections.getAndIncrement() == 0 ? 70_000 : 0).answer(request, out));

    RegistryException failure = bodyFails(open(digest, BlobRange.WHOLE));

    assertThat(failure.kind()).isEqualTo(Kind.TRUNCATED);
    assertThat(failure)
        .hasMessageContaining("before the last byte")
        .hasMessageContaining("gave up at byte 70000 of 3000000, after")
        .hasMessageContaining(digest.value());
    assertThat(connections).hasValueBetween(3, ResumeRule.DEFAULTS.mostAttempts() + 2);
  }

  @Test
  void registry_thatFailsForAWhileIsAskedAgain() throws Exception {
    Digest digest = registry.blob(content);
    AtomicInteger connections = new AtomicInteger();
    registry.on(
        blobPath(digest),
        (request, out) -> {
          switch (connections.getAndIncrement()) {
            case 0 -> breakOff(1_000).answer(request, out);
            case 1 -> reply(out, 503, Map.of(), new byte[0]);
            case 2 -> reply(out, 429, Map.of(), new byte[0]);
            default -> registry.serve(request, out);
          }
        });
    assertThat(Collected.all(open(digest, BlobRange.WHOLE))).isEqualTo(content);
  }

  @Test
  void registry_thatIgnoresRangeIsSkippedOrRefusedButNeverSpliced() throws Exception {
    Digest digest = registry.blob(content);
    for (int at : new int[] {90_000, 110_000}) { // the fixture's reader skips 100,000 bytes
      AtomicInteger connections = new AtomicInteger();
      registry.on(
          blobPath(digest),
          (request, out) -> {
            if (connections.getAndIncrement() == 0) {
              breakOff(at).answer(request, out);
            } else {
              reply(out, 200, Map.of(), content);
            }
          });
      BlobContent blob = open(digest, BlobRange.WHOLE);
      if (at < OPTIONS.maxSkippedBytes()) {
        assertThat(Collected.all(blob)).isEqualTo(content);
      } else {
        assertThat(bodyFails(blob).kind()).isEqualTo(Kind.UNSUPPORTED);
      }
    }
  }

  @Test
  void registry_thatBreaksOffAfterTheLastByteHasBroughtAll() throws Exception {
    Digest digest = registry.blob(content);
    registry.on(
        blobPath(digest),
        (request, out) -> {
          String head =
              "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 10-%d/%d\r\n"
                  .formatted(SIZE - 1, SIZE);
          String chunk = "Transfer-Encoding: chunked\r\n\r\n%x\r\n".formatted(SIZE - 10);
          out.write((head + chunk).getBytes(UTF_8));
          out.write(content, 10, SIZE - 10);
          out.flush(); // and no last chunk
        });
    byte[] rest = Arrays.copyOfRange(content, 10, SIZE);
    assertThat(Collected.all(open(digest, new BlobRange(10, 0)))).isEqualTo(rest);
  }

  @Test
  void registry_thatGoesOnWithAnotherPartIsRefused() throws Exception {
    refused("bytes 0-%d/%d".formatted(SIZE - 5_001, SIZE), SIZE - 5_000, "another range");
  }

  @Test
  void registry_thatGoesOnWithABlobOfAnotherSizeIsRefused() throws Exception {
    refused("bytes 5000-%d/%d".formatted(SIZE - 1, SIZE + 7), SIZE - 5_000, "+2995000 of 3000007");
  }

  private void refused(String contentRange, int length, String told) throws Exception {
    Digest digest = registry.blob(content);
    AtomicInteger connections = new AtomicInteger();
    registry.on(
        blobPath(digest),
        (request, out) -> {
          if (connections.getAndIncrement() == 0) {
            breakOff(5_000).answer(request, out);
          } else {
            reply(out, 206, Map.of("Content-Range", contentRange), new byte[length]);
          }
        });
    RegistryException failure = bodyFails(open(digest, BlobRange.WHOLE));
    assertThat(failure.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(failure).hasMessageContaining(told);
  }

  @Test
  void reader_thatWantsNothingForLongLetsItsConnectionGoAndGetsTheRestLater() throws Exception {
    Digest digest = registry.blob(content);
    CountDownLatch letGo = new CountDownLatch(1);
    AtomicInteger connections = new AtomicInteger();
    registry.on(
        blobPath(digest),
        (request, out) -> {
          if (connections.getAndIncrement() == 0) {
            try {
              reply(out, 200, Map.of("Content-Length", Integer.toString(SIZE)), content);
              for (int i = 0; i < 1_000_000; i++) { // writes until nobody is there any more
                out.write(content);
              }
            } catch (IOException e) {
              letGo.countDown();
              throw e;
            }
          } else {
            registry.serve(request, out);
          }
        });
    ByDemand reader = new ByDemand();
    open(digest, BlobRange.WHOLE).subscribe(reader);
    reader.request(1);
    assertThat(letGo.await(20, TimeUnit.SECONDS)).as("the connection was let go").isTrue();
    assertThat(reader.end).isNotDone();
    reader.request(Long.MAX_VALUE);
    reader.end.get(20, TimeUnit.SECONDS);
    assertThat(reader.all.toByteArray()).isEqualTo(content);
  }

  @Test
  void cancel_whileTheNextConnectionIsAwaitedEndsIt() throws Exception {
    Digest digest = registry.blob(content);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    AtomicInteger connections = new AtomicInteger();
    registry.on(
        blobPath(digest),
        (request, out) -> {
          if (connections.getAndIncrement() == 0) {
            breakOff(1_000).answer(request, out);
          }
          asked.countDown();
          try {
            while (true) { // a header that does not end, until nobody waits for it
              out.write("HTTP/1.1 206 Partial Content\r\nX-More: ".getBytes(US_ASCII));
              out.flush();
            }
          } finally {
            ended.countDown();
          }
        });
    ByDemand reader = new ByDemand();
    open(digest, BlobRange.WHOLE).subscribe(reader);
    reader.request(Long.MAX_VALUE);
    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
    reader.cancel();
    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(reader.end).isNotDone();
  }

  /** Announces all that was asked for, sends so many bytes of it, and hangs up. */
  private Handler breakOff(int bytes) {
    return (request, out) -> {
      String range = request.header("Range");
      int first = 0;
      int end = SIZE;
      if (range != null) {
        String[] ends = range.substring("bytes=".length()).split("-", 2);
        first = Integer.parseInt(ends[0]);
        end = ends[1].isEmpty() ? SIZE : Math.min(SIZE, Integer.parseInt(ends[1]) + 1);
      }
      Map<String, String> headers = new HashMap<>();
      headers.put("Content-Length", Integer.toString(end - first));
      if (range != null) {
        headers.put("Content-Range", "bytes %d-%d/%d".formatted(first, end - 1, SIZE));
      }
      byte[] part = Arrays.copyOfRange(content, first, Math.min(end, first + bytes));
      reply(out, range == null ? 200 : 206, headers, part);
      if (first + bytes < end) {
        throw new IOException("close");
      }
    };
  }

  /** Takes what it asks for. */
  private static final class ByDemand implements Flow.Subscriber<ByteBuf> {
    final ByteArrayOutputStream all = new ByteArrayOutputStream();
    final CompletableFuture<Boolean> end = new CompletableFuture<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

    void request(long n) {
      subscription.join().request(n);
    }

    void cancel() {
      subscription.join().cancel();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription.complete(given);
    }

    @Override
    public void onNext(ByteBuf buffer) {
      byte[] bytes = new byte[buffer.readableBytes()];
      buffer.readBytes(bytes);
      buffer.release();
      all.writeBytes(bytes);
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      end.complete(true);
    }
  }
}
