package dev.penstock.server.relay;

import static dev.penstock.server.relay.ScriptedRegistry.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.RetryInfo;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.StatBlobRequest;
import dev.penstock.server.digest.Sha256;
import dev.penstock.server.route.RouteOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call of the registry's service goes on where its tunnel stopped. */
class RegistryCallTest {
  private static final byte[] BLOB = content(5_000_000);
  private static final String DIGEST = "sha256:" + Sha256.of(ByteBuffer.wrap(BLOB));

  @TempDir Path temporary;
  private RelayFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = new RelayFixture(temporary, RelayFixture.OPTIONS);
    fixture.registry.script = fixture.registry.sendsWhatIsAsked(BLOB);
  }

  /** Begins anew with other options. */
  private void start(RelayOptions options) throws Exception {
    fixture.close();
    fixture = new RelayFixture(temporary, options);
    fixture.registry.script = fixture.registry.sendsWhatIsAsked(BLOB);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    fixture.closeWithNothingLeft();
  }

  @RepeatedTest(10)
  void blob_goesOnAtItsOffsetOnAnotherTunnelWhereverTheFirstIsLost() throws Exception {
    BlobReader reader = fixture.fetch(request()).read(1 + new Random().nextInt(38));
    fixture.attachAnother("two");
    fixture.loseFirst();
    assertThat(reader.readAll()).isEqualTo(Status.OK);
    assertThat(reader.data()).isEqualTo(BLOB);
  }

  @Test
  void blob_waitsForTheNextTunnelForABoundedTime() throws Exception {
    start(options(Duration.ofSeconds(20), 10));
    BlobReader reader = fixture.fetch(request()).read(3);
    fixture.loseFirst();
    CompletableFuture<Status> end = CompletableFuture.supplyAsync(() -> readAll(reader));
    awaitWaiting(1);
    fixture.attachAnother("two");
    assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo(Status.OK);
    assertThat(reader.data()).isEqualTo(BLOB);
    assertThat(fixture.relays.gauges().continuedCalls().now()).isEqualTo(1);
  }

  @Test
  void blob_thatFindsNoOtherTunnelIsUnavailableAndSaysWhoseItWas() throws Exception {
    BlobReader reader = fixture.fetch(request()).read(3);
    fixture.loseFirst();
    Status status = reader.readAll();
    assertThat(status.getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(status.getDescription())
        .contains("no client attached", "try again", "the call was with", "connection was lost");
  }

  @Test
  void blob_thatLacksOnlyItsTrailersWhenTheTunnelIsLostIsComplete() throws Exception {
    fixture.registry.script =
        (request, caller) -> {
          caller.onNext(FetchBlobResponse.newBuilder().setHeader(header(1_000, 0, 1_000)).build());
          caller.onNext(ScriptedRegistry.data(BLOB, 0, 1_000)); // and never an end
        };
    byte[] small = Arrays.copyOf(BLOB, 1_000);
    BlobReader reader = fixture.fetch(request(small)).read(2);
    fixture.loseFirst();
    assertThat(reader.readAll()).isEqualTo(Status.OK);
    assertThat(reader.data()).isEqualTo(small);
  }

  @Test
  void blob_thatGoesOnWaitsForAClientThatHasNoRoomForIt() throws Exception {
    AtomicInteger refused = new AtomicInteger();
    BlobReader reader = fixture.fetch(request()).read(3);
    fixture.registry.script =
        (request, caller) -> {
          if (refused.getAndIncrement() < 2) {
            caller.onError(Status.RESOURCE_EXHAUSTED.withDescription("full").asException());
          } else {
            fixture.registry.sendsWhatIsAsked(BLOB).answer(request, caller);
          }
        };
    fixture.attachAnother("two");
    fixture.loseFirst();
    assertThat(reader.readAll()).isEqualTo(Status.OK);
    assertThat(reader.data()).isEqualTo(BLOB);
    assertThat(refused).hasValue(3);
  }

  @Test
  void blob_thatHasNotBegunIsToldThatTheClientHasNoRoom() throws Exception {
    fixture.registry.script =
        (request, caller) ->
            caller.onError(Status.RESOURCE_EXHAUSTED.withDescription("full").asException());
    Status end = fixture.fetch(request()).readAll();
    assertThat(end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(end.getDescription()).contains("full");
  }

  @Test
  void blob_goesOnAfterATunnelThatEndedByADefect() throws Exception {
    CompletableFuture<Void> lost = new CompletableFuture<>();
    AtomicInteger asked = new AtomicInteger();
    fixture.registry.script =
        (request, caller) -> {
          if (asked.getAndIncrement() > 0) {
            fixture.registry.sendsWhatIsAsked(BLOB).answer(request, caller);
            return;
          }
          caller.onNext(
              FetchBlobResponse.newBuilder()
                  .setHeader(header(BLOB.length, 0, BLOB.length))
                  .build());
          caller.onNext(ScriptedRegistry.data(BLOB, 0, 1_000));
          lost.thenRun(() -> caller.onError(Status.INTERNAL.asException()));
        };
    BlobReader reader = fixture.fetch(request()).read(2);
    fixture.attachAnother("two");
    fixture.directory.detach(fixture.acme, "a frame that makes no sense");
    lost.complete(null);
    assertThat(reader.readAll()).isEqualTo(Status.OK);
    assertThat(reader.data()).isEqualTo(BLOB);
  }

  @Test
  void blob_isNeverSplicedFromWhatContradictsItsBeginning() throws Exception {
    BlobReader reader = fixture.fetch(request()).read(3);
    fixture.registry.script = fixture.registry.sends(BLOB, header(BLOB.length, 0, BLOB.length));
    fixture.attachAnother("two");
    fixture.loseFirst();
    Status status = reader.readAll();
    assertThat(status.getCode()).isEqualTo(Code.DATA_LOSS);
    assertThat(status.getDescription()).contains("the client that was to go on announced bytes 0+");
  }

  @Test
  void blob_thatGoesOnWithOtherBytesIsDataLoss() throws Exception {
    BlobReader reader = fixture.fetch(request()).read(3);
    fixture.registry.script = fixture.registry.sendsWhatIsAsked(content(BLOB.length, 99));
    fixture.attachAnother("two");
    fixture.loseFirst();
    assertThat(reader.readAll().getCode()).isEqualTo(Code.DATA_LOSS);
  }

  @Test
  void blob_movesWhenItsTunnelHasHadNoConnectionForAWhileAndAnotherIsThere() throws Exception {
    fixture.registry.script = onlyAfter(fixture.registry.script, new AtomicInteger());
    BlobReader reader = fixture.fetch(request()).read(1);
    fixture.directory.suspend(fixture.acme);
    fixture.attachAnother("two");
    assertThat(reader.readAll()).isEqualTo(Status.OK);
    assertThat(reader.data()).isEqualTo(BLOB);
    assertThat(fixture.relays.gauges().continuedCalls().now()).isEqualTo(1);
  }

  /** The first call gets a header and then nothing, as over a line that is dead. */
  private static ScriptedRegistry.BlobScript onlyAfter(
      ScriptedRegistry.BlobScript script, AtomicInteger calls) {
    return (request, caller) -> {
      if (calls.getAndIncrement() > 0) {
        script.answer(request, caller);
      } else {
        caller.onNext(
            FetchBlobResponse.newBuilder().setHeader(header(BLOB.length, 0, BLOB.length)).build());
      }
    };
  }

  @Test
  void unaryCall_isAskedAgainOnAnotherTunnel() throws Exception {
    start(options(Duration.ofSeconds(20), 10));
    fixture.directory.suspend(fixture.acme);
    CompletableFuture<Object> answer = CompletableFuture.supplyAsync(() -> stat("acme"));
    awaitWaiting(1);
    fixture.directory.resume(fixture.acme);
    assertThat(answer).succeedsWithin(Duration.ofSeconds(30));
  }

  @Test
  void client_thatSendsNothingIsNamedWithTheTimeItStoodStill() throws Exception {
    start(
        new RelayOptions(
            RouteOptions.DEFAULTS,
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2)));
    fixture.registry.script = (request, caller) -> {};
    Status status = fixture.fetch(request()).readAll();
    assertThat(status.getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(status.getDescription())
        .contains("the client's leg stood still", "sent nothing for 1 s", DIGEST)
        .containsPattern("\\(of [0-9.]+ s, [0-9.]+ s were spent waiting for the tunnel\\)");
  }

  @Test
  void caller_thatTakesNothingIsToldWithTheTimeItStoodStill() throws Exception {
    start(
        new RelayOptions(
            RouteOptions.DEFAULTS,
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2)));
    BlobReader reader = fixture.fetch(request()).read(1);
    assertThat(fixture.registry.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
    Status status = reader.readAll();
    assertThat(status.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(status.getDescription())
        .contains("the caller's leg stood still", "nothing was taken for 1 s", "by offset")
        .containsPattern("of [0-9.]+ s, .*[0-9.]+ s (were spent waiting )?for the caller\\)");
  }

  @Test
  void waitingCalls_areBoundedAndEachIsAnsweredWithARetryHint() throws Exception {
    start(options(Duration.ofSeconds(20), 8));
    fixture.loseFirst();
    List<CompletableFuture<Object>> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      waiting.add(CompletableFuture.supplyAsync(() -> stat("acme")));
    }
    awaitWaiting(2);
    StatusRuntimeException refused = (StatusRuntimeException) stat("acme");
    assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(refused.getStatus().getDescription()).contains("2 calls wait for one already");
    RetryInfo hint = StatusProto.fromThrowable(refused).getDetails(0).unpack(RetryInfo.class);
    assertThat(hint.getRetryDelay().getSeconds()).isEqualTo(5);
    Metadata.Key<String> pushback =
        Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);
    assertThat(refused.getTrailers().get(pushback)).isEqualTo("5000");

    fixture.attachAnother("two");
    for (CompletableFuture<Object> call : waiting) {
      assertThat(call.get(30, TimeUnit.SECONDS)).isNotInstanceOf(StatusRuntimeException.class);
    }
    assertThat(fixture.relays.router().mostWaitingCalls()).isEqualTo(2);
  }

  @Test
  void callerThatGoesAwayWhileItWaits_leavesTheRoom() throws Exception {
    start(options(Duration.ofSeconds(20), 10));
    fixture.loseFirst();
    BlobReader reader = fixture.fetch(request());
    awaitWaiting(1);
    reader.cancel();
    awaitWaiting(0);
  }

  private static RelayOptions options(Duration attachWait, int maxWaiting) {
    return new RelayOptions(
        new RouteOptions(attachWait, maxWaiting),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofMillis(100));
  }

  /** Who waits has no event for it; the gauge is looked at until it says so. */
  private void awaitWaiting(int calls) {
    long start = System.nanoTime();
    while (fixture.relays.router().waitingCalls() != calls) {
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
      Thread.onSpinWait();
    }
  }

  private Object stat(String tunnel) {
    try {
      return RegistryGrpc.newBlockingStub(fixture.scanner)
          .statBlob(StatBlobRequest.newBuilder().setTunnel(tunnel).build());
    } catch (StatusRuntimeException e) {
      return e;
    }
  }

  private static Status readAll(BlobReader reader) {
    try {
      return reader.readAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static FetchBlobRequest request() {
    return request(BLOB);
  }

  private static FetchBlobRequest request(byte[] blob) {
    return FetchBlobRequest.newBuilder()
        .setTunnel("acme")
        .setRepository("team/app")
        .setDigest("sha256:" + Sha256.of(ByteBuffer.wrap(blob)))
        .build();
  }

  private static byte[] content(int length) {
    return content(length, length);
  }

  private static byte[] content(int length, long seed) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }
}
