package dev.penstock.client.service;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.blobPath;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.penstock.client.limits.Limit;
import dev.penstock.client.limits.Limits;
import dev.penstock.client.policy.Operation;
import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.RepositoryPattern;
import dev.penstock.client.policy.Rule;
import dev.penstock.client.policy.file.PolicyDocument;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.FetchManifestResponse;
import dev.penstock.registry.v1.ListRepositoriesRequest;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.StatBlobRequest;
import dev.penstock.registry.v1.StatBlobResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers of one message wait for the rate as blobs do, and are held in bounded number. */
final class SmallReadLimitTest extends ControlledService {
  private static final long SLOWEST = 1 << 10;

  private final ExecutorService caller = Executors.newSingleThreadExecutor();

  @AfterEach
  void allPlacesAreFree() {
    caller.shutdownNow();
    await("every place is free", () -> control.smallReads().taken("main") == 0);
    assertThat(control.smallReads().waiting("main")).isZero();
  }

  @Test
  void manifest_leavesWhenItsBytesHaveBeenPaidFor() throws Exception {
    String large = "m".repeat(400_000);
    registry.manifest("large", large);
    long rate = 200_000;
    limits(new Limits(Limit.NONE, Map.of("main", Limit.ofRate(rate))));
    long began = System.nanoTime();
    assertThat(stub().fetchManifest(manifest("large")).getContent().toStringUtf8())
        .isEqualTo(large);
    // A tenth of a second of the rate may be saved up, and one read ahead of its debt.
    long owed = large.length() - rate / 10 - HttpTransport.readBufferBytes();
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isGreaterThanOrEqualTo(Duration.ofMillis(owed * 1_000 / rate));
    takeLines(1);
  }

  @ParameterizedTest
  @EnumSource
  void rateThatIsSpent_keepsEveryOperationWaitingUntilItIsRaised(Operation operation)
      throws Exception {
    spendTheRate();
    int asked = registry.requests().size();
    CompletableFuture<Status> waiting = CompletableFuture.supplyAsync(() -> end(operation), caller);
    await("the registry is asked", () -> registry.requests().size() > asked);
    for (int i = 0; i < 20; i++) { // the clock: other calls come and go
      assertThat(endOf(() -> stub().fetchManifest(manifest("?"))).isOk()).isFalse();
    }
    assertThat(waiting).isNotDone();
    limits(Limits.NONE);
    assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(Status.OK);
    takeLines(22);
  }

  @Test
  void callThatIsCancelledWhileItWaitsForTheRate_givesItsTurnUp() throws Exception {
    spendTheRate();
    ListenableFuture<FetchManifestResponse> waiting =
        RegistryGrpc.newFutureStub(channel).fetchManifest(manifest("1.0"));
    await("it waits", () -> registry.requests().size() == 2);
    waiting.cancel(true);
    takeLines(1);
    assertThat(audit.next().get("outcome").getAsString()).isEqualTo("CANCELLED");
  }

  @Test
  void callThatWaitsForTheRate_endsAtItsDeadlineAndSendsNothing() throws Exception {
    spendTheRate();
    Status end =
        endOf(
            () ->
                RegistryGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(500, TimeUnit.MILLISECONDS)
                    .fetchManifest(manifest("1.0")));
    assertThat(end.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    takeLines(1);
    var line = audit.next();
    assertThat(line.get("outcome").getAsString()).isEqualTo("CANCELLED");
    assertThat(line.get("bytes").getAsLong()).isZero();
  }

  @Test
  void largeManifest_takesTurnsWithWhatIsSmall() throws Exception {
    registry.manifest("large", "m".repeat(4 << 20));
    limits(new Limits(Limit.ofRate(512 << 10), Map.of()));
    ListenableFuture<FetchManifestResponse> large =
        RegistryGrpc.newFutureStub(channel).fetchManifest(manifest("large"));
    await("the large one waits", () -> registry.requests().size() == 1);
    for (int i = 0; i < 3; i++) {
      assertThat(end(Operation.STAT_BLOB)).isEqualTo(Status.OK);
    }
    assertThat(large).as("eight seconds of the rate").isNotDone();
    large.cancel(true);
    takeLines(4);
  }

  @Test
  void hiddenPages_areReadNoFasterThanTheRateAndEndAtTheDeadline() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    registry.on(
        "/v2/_catalog",
        (request, out) -> {
          String name = "secret/r" + asked.incrementAndGet();
          reply(
              out,
              200,
              Map.of("Link", "<?last=" + name + ">; rel=next"),
              "{\"repositories\":[\"%s\"]}".formatted(name).getBytes(UTF_8));
        });
    int pagesPerSecond = 10;
    Rule team = Rule.allow("team", List.of(new RepositoryPattern("team/**")));
    Limit limit = Limit.ofRate((long) pagesPerSecond * ShownRepositories.BYTES_AROUND_PAGE);
    control.change(new PolicyDocument(new Policy(List.of(team)), new Limits(limit, Map.of())));
    Status end =
        endOf(
            () ->
                RegistryGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(2, TimeUnit.SECONDS)
                    .listRepositories(ListRepositoriesRequest.getDefaultInstance()));
    assertThat(end.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(audit.next().get("outcome").getAsString()).isEqualTo("CANCELLED");
    // Two seconds of the rate, and one more for what is saved up, is in debt, and comes late.
    assertThat(asked.get()).isBetween(2, 3 * pagesPerSecond);
    int then = asked.get();
    assertThat(end(Operation.STAT_BLOB)).as("the clock").isEqualTo(Status.OK);
    assertThat(asked.get()).isLessThanOrEqualTo(then + 1);
    takeLines(1);
  }

  @Test
  void callsBeyondThePlaces_waitInLineAndAreAnsweredInTheEnd() throws Exception {
    limits(Limits.NONE);
    CountDownLatch answers = new CountDownLatch(1);
    registry.on(
        blobPath(blob),
        (request, out) -> {
          answers.await();
          registry.serve(request, out);
        });
    int most = AccessControl.SMALL_READS_OF_A_REGISTRY;
    List<ListenableFuture<StatBlobResponse>> calls = statBlobs(most + 8);
    await("8 wait", () -> control.smallReads().waiting("main") == 8);
    await("the others are asked for", () -> registry.requests().size() == most);
    answers.countDown();
    for (ListenableFuture<StatBlobResponse> call : calls) {
      assertThat(call.get(20, TimeUnit.SECONDS).getSize()).isEqualTo(CONTENT.length);
    }
    takeLines(calls.size());
  }

  @Test
  void callThatIsCancelledInTheLine_isNeverAskedForAndALineOfTheAudit() throws Exception {
    limits(Limits.NONE);
    registry.on(blobPath(blob), (request, out) -> Thread.currentThread().join());
    int most = AccessControl.SMALL_READS_OF_A_REGISTRY;
    List<ListenableFuture<StatBlobResponse>> calls = statBlobs(most + 1);
    await("one waits", () -> control.smallReads().waiting("main") == 1);
    calls.get(most).cancel(true);
    assertThat(audit.next().get("outcome").getAsString()).isEqualTo("CANCELLED");
    await("the line is empty", () -> control.smallReads().waiting("main") == 0);
    calls.forEach(call -> call.cancel(true));
    takeLines(most);
    assertThat(registry.requests()).hasSizeLessThanOrEqualTo(most);
  }

  private List<ListenableFuture<StatBlobResponse>> statBlobs(int count) {
    StatBlobRequest request =
        StatBlobRequest.newBuilder().setRepository("team/app").setDigest(blob.value()).build();
    List<ListenableFuture<StatBlobResponse>> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(RegistryGrpc.newFutureStub(channel).statBlob(request));
    }
    return calls;
  }

  /** For more than a minute. */
  private void spendTheRate() {
    registry.manifest("spending", "m".repeat(100_000));
    limits(new Limits(Limit.ofRate(SLOWEST), Map.of()));
    assertThat(stub().fetchManifest(manifest("spending")).getContent().size()).isEqualTo(100_000);
  }

  private static FetchManifestRequest manifest(String tag) {
    return FetchManifestRequest.newBuilder().setRepository("team/app").setReference(tag).build();
  }
}
