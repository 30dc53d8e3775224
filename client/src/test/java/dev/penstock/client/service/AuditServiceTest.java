package dev.penstock.client.service;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.blobPath;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.penstock.client.limits.Limits;
import dev.penstock.client.names.Digest;
import dev.penstock.client.policy.Operation;
import dev.penstock.client.policy.RepositoryPattern;
import dev.penstock.client.policy.Rule;
import dev.penstock.client.registry.FakeHttpServer.Request;
import dev.penstock.registry.v1.ListReferrersRequest;
import dev.penstock.registry.v1.ListTagsRequest;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.StatBlobRequest;
import dev.penstock.registry.v1.StatManifestRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One line for each access, whatever became of it, under the id that the registry was told. */
final class AuditServiceTest extends ControlledService {

  @Test
  void transfer_isALineWithAllThatIsKnown() throws Exception {
    limits(Limits.NONE);
    Instant before = Instant.now().minusMillis(1);
    assertThat(fetch(stub("id-1", "ci"), fetchRequest(blob).build())).isEqualTo(CONTENT);
    JsonObject line = audit.next();
    assertThat(Instant.parse(line.remove("time").getAsString()))
        .isBetween(before, Instant.now().plusMillis(1));
    assertThat(line.remove("duration_ms").getAsLong()).isBetween(0L, 30_000L);
    assertThat(line)
        .hasToString(
            "{\"request_id\":\"id-1\",\"caller\":\"ci\",\"operation\":\"fetch-blob\","
                + "\"registry\":\"main\",\"repository\":\"team/app\",\"digest\":\""
                + blob
                + "\",\"bytes\":1000,\"outcome\":\"OK\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "FETCH_BLOB, true, digest",
    "STAT_BLOB, true, digest",
    "FETCH_MANIFEST, true, tag+digest",
    "STAT_MANIFEST, true, tag+digest",
    "LIST_TAGS, true, ",
    "LIST_REPOSITORIES, false, ",
    "LIST_REFERRERS, true, digest",
  })
  void eachOperation_isALineAndTellsTheRegistryItsId(
      Operation operation, boolean hasRepository, String reference) throws Exception {
    limits(Limits.NONE);
    call(stub("id:" + operation, "ci"), operation);
    JsonObject line = audit.next();
    assertThat(line.get("operation").getAsString()).isEqualTo(operation.key());
    assertThat(line.get("request_id").getAsString()).isEqualTo("id:" + operation);
    assertThat(line.get("registry").getAsString()).isEqualTo("main");
    assertThat(line.has("repository")).isEqualTo(hasRepository);
    String members = String.valueOf(reference);
    assertThat(line.has("digest")).isEqualTo(members.contains("digest"));
    assertThat(line.has("tag")).isEqualTo(members.contains("tag"));
    assertThat(line.get("bytes").getAsLong()).isPositive();
    assertThat(line.get("outcome").getAsString()).isEqualTo("OK");
    assertThat(userAgents()).containsOnly("penstock-client (request id:" + operation + ")");
  }

  @ParameterizedTest
  @EnumSource(names = {"FETCH_MANIFEST", "STAT_MANIFEST"})
  void tag_isALineWithTheDigestThatItStoodFor(Operation operation) throws Exception {
    limits(Limits.NONE);
    assertThat(end(operation)).isEqualTo(Status.OK);
    Digest moved = registry.manifest("1.0", "{\"schemaVersion\":2,\"moved\":true}");
    assertThat(end(operation)).isEqualTo(Status.OK);
    for (Digest digest : List.of(manifest, moved)) {
      JsonObject line = audit.next();
      assertThat(line.get("tag").getAsString()).isEqualTo("1.0");
      assertThat(line.get("digest").getAsString()).isEqualTo(digest.value());
    }
  }

  @Test
  void tagThatIsNotThere_isALineWithoutADigest() throws Exception {
    limits(Limits.NONE);
    StatManifestRequest request =
        StatManifestRequest.newBuilder().setRepository("team/app").setReference("none").build();
    assertThat(endOf(() -> stub().statManifest(request)).getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    JsonObject line = audit.next();
    assertThat(line.get("tag").getAsString()).isEqualTo("none");
    assertThat(line.has("digest")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "team/../secret | sha256:HEX | repository 'team/../secret' is not valid",
        "Team/app       | sha256:HEX | repository 'Team/app' is not valid",
        "team/app       | sha256:xyz | digest 'sha256:xyz' is not valid",
      })
  void refusedName_isALineWithWhy(String repository, String digest, String says) throws Exception {
    limits(Limits.NONE);
    Status end =
        endOf(
            () ->
                fetch(
                    stub("id-2", "ci"),
                    fetchRequest(blob)
                        .setRepository(repository)
                        .setDigest(digest.replace("HEX", "0".repeat(64)))
                        .build()));
    JsonObject line = audit.next();
    assertThat(line.get("outcome").getAsString())
        .isEqualTo("INVALID_ARGUMENT")
        .isEqualTo(end.getCode().name());
    assertThat(line.get("reason").getAsString()).startsWith(says);
    assertThat(line.has("repository"))
        .as("what is no name is none, and a name is told whatever stood beside it")
        .isEqualTo(says.startsWith("digest"));
    assertThat(line.has("digest")).isFalse();
    assertThat(line.get("bytes").getAsLong()).isZero();
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void deniedAccess_isALineWithTheRule() throws Exception {
    rules(all("all"), Rule.deny("no app", List.of(new RepositoryPattern("team/app"))));
    assertThat(end(Operation.STAT_BLOB).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    JsonObject line = audit.next();
    assertThat(line.get("outcome").getAsString()).isEqualTo("PERMISSION_DENIED");
    assertThat(line.get("reason").getAsString()).contains("rule 'no app' denies it");
    assertThat(line.get("repository").getAsString()).isEqualTo("team/app");
    assertThat(line.get("digest").getAsString()).isEqualTo(blob.value());
  }

  @Test
  void unknownRegistry_isALineWithItsName() throws Exception {
    limits(Limits.NONE);
    assertThat(endOf(() -> fetch(stub(), fetchRequest(blob).setRegistry("none").build())))
        .extracting(Status::getCode)
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(audit.next().get("registry").getAsString()).isEqualTo("none");
  }

  @Test
  void cancelledTransfer_isALineWithTheBytesThatLeft() throws Exception {
    limits(Limits.NONE);
    Digest large = registry.blob(bytes(5_000_000));
    Transfer transfer = new Transfer(fetchRequest(large).build());
    transfer.next();
    long received = transfer.next().getData().size();
    transfer.cancel();
    JsonObject line = audit.next();
    assertThat(line.get("outcome").getAsString()).isEqualTo("CANCELLED");
    assertThat(line.get("reason").getAsString()).contains("the caller gave up");
    assertThat(line.get("bytes").getAsLong()).isBetween(received, 4_999_999L);
    assertThat(line.get("request_id").getAsString()).isEqualTo("slow");
  }

  @Test
  void cancelledSmallRead_isALine() throws Exception {
    limits(Limits.NONE);
    registry.on(blobPath(blob), (request, out) -> Thread.currentThread().join());
    Context.CancellableContext context = Context.current().withCancellation();
    StatBlobRequest request =
        StatBlobRequest.newBuilder().setRepository("team/app").setDigest(blob.value()).build();
    context.run(() -> RegistryGrpc.newFutureStub(channel).statBlob(request));
    await("the registry is asked", () -> !registry.requests().isEmpty());
    context.cancel(null);
    assertThat(audit.next().get("outcome").getAsString()).isEqualTo("CANCELLED");
  }

  @ParameterizedTest
  @CsvSource({
    "404, NOT_FOUND, the registry has none (404)",
    "401, FAILED_PRECONDITION, answers 401",
    "429, UNAVAILABLE, the registry asks to come later (429)",
    "500, UNAVAILABLE, the registry answers 500",
  })
  void registrysFailure_isALineAndTheCallersStatus(int status, String outcome, String says)
      throws Exception {
    limits(Limits.NONE);
    registry.on(blobPath(blob), (request, out) -> reply(out, status));
    for (Operation operation : List.of(Operation.FETCH_BLOB, Operation.STAT_BLOB)) {
      Status end = end(operation);
      JsonObject line = audit.next();
      assertThat(line.get("outcome").getAsString())
          .isEqualTo(outcome)
          .isEqualTo(end.getCode().name());
      assertThat(line.get("reason").getAsString()).isEqualTo(end.getDescription()).contains(says);
    }
  }

  @Test
  void transferThatIsCutShort_isALineWithTheBytesThatLeft() throws Exception {
    limits(Limits.NONE);
    registry.on(
        blobPath(blob),
        (request, out) -> {
          if (request.header("Range") != null) {
            reply(out, 404);
            return;
          }
          reply(out, 200, Map.of("Content-Length", "1000"), Arrays.copyOf(CONTENT, 600));
          throw new IOException("close");
        });
    assertThat(end(Operation.FETCH_BLOB).getCode()).isEqualTo(Status.Code.NOT_FOUND);
    JsonObject line = audit.next();
    assertThat(line.get("outcome").getAsString()).isEqualTo("NOT_FOUND");
    assertThat(line.get("bytes").getAsLong()).isEqualTo(600);
  }

  @Test
  void everyConnectionOfATransfer_hasItsId() throws Exception {
    limits(Limits.NONE);
    AtomicInteger connections = new AtomicInteger();
    registry.on(
        blobPath(blob),
        (request, out) -> {
          if (connections.getAndIncrement() > 0) {
            registry.serve(request, out);
            return;
          }
          reply(out, 200, Map.of("Content-Length", "1000"), Arrays.copyOf(CONTENT, 600));
          throw new IOException("close");
        });
    assertThat(fetch(stub("id-3", "ci"), fetchRequest(blob).build())).isEqualTo(CONTENT);
    assertThat(userAgents()).hasSize(2).containsOnly("penstock-client (request id-3)");
    assertThat(audit.next().get("bytes").getAsLong()).isEqualTo(1_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a) evil/1.0 (b", "a b", "\"}", "x,y", "{", "%0d%0a"})
  void idThatIsNone_isReplaced(String id) throws Exception {
    limits(Limits.NONE);
    call(stub(id, "ci"), Operation.STAT_BLOB);
    String given = audit.next().get("request_id").getAsString();
    assertThat(given).matches("[0-9a-f]{32}");
    assertThat(userAgents()).containsOnly("penstock-client (request " + given + ")");
  }

  @Test
  void longId_isReplaced() throws Exception {
    limits(Limits.NONE);
    call(stub("x".repeat(129), "ci"), Operation.STAT_BLOB);
    assertThat(audit.next().get("request_id").getAsString()).matches("[0-9a-f]{32}");
  }

  @Test
  void callerWithQuotes_staysInItsMember() throws Exception {
    limits(Limits.NONE);
    String caller = "ci\",\"outcome\":\"forged";
    call(stub("id-4", caller), Operation.STAT_BLOB);
    JsonObject line = audit.next();
    assertThat(line.get("caller").getAsString()).isEqualTo(caller);
    assertThat(line.get("outcome").getAsString()).isEqualTo("OK");
  }

  @Test
  void longCaller_isCut() throws Exception {
    limits(Limits.NONE);
    call(stub("id-5", "c".repeat(1_000)), Operation.STAT_BLOB);
    assertThat(audit.next().get("caller").getAsString()).isEqualTo("c".repeat(128));
  }

  @Test
  void withoutMetadata_anIdIsMadeAndTheCallerLeftOut() throws Exception {
    limits(Limits.NONE);
    call(stub(), Operation.STAT_BLOB);
    JsonObject line = audit.next();
    assertThat(line.get("request_id").getAsString()).matches("[0-9a-f]{32}");
    assertThat(line.has("caller")).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void whileLinesCannotBeWritten_nothingIsRead(Operation operation) throws Exception {
    limits(Limits.NONE);
    audit.breakDown();
    Status end = end(operation);
    assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(end.getDescription()).contains("audit log cannot be written", "nothing is read");
    assertThat(registry.requests()).isEmpty();

    audit.mend();
    assertThat(audit.next().get("outcome").getAsString()).isEqualTo("UNAVAILABLE");
    assertThat(end(operation)).isEqualTo(Status.OK);
    takeLines(1);
  }

  @Test
  void transferUnderWay_goesOnWhileLinesCannotBeWritten() throws Exception {
    limits(Limits.NONE);
    Digest large = registry.blob(bytes(3_000_000));
    Transfer transfer = new Transfer(fetchRequest(large).build());
    transfer.next();
    audit.breakDown();
    assertThat(transfer.end()).isEqualTo(Status.OK);
    audit.mend();
    assertThat(audit.next().get("bytes").getAsLong()).isEqualTo(3_000_000);
  }

  /** gRPC ends such a call by itself, and tells the service afterwards. */
  @Test
  void requestThatCannotBeRead_isALineToo() throws Exception {
    limits(Limits.NONE);
    for (MethodDescriptor<?, ?> method :
        List.of(RegistryGrpc.getStatBlobMethod(), RegistryGrpc.getFetchBlobMethod())) {
      Status end = endOf(() -> sendRubbish(method));
      assertThat(end.isOk()).isFalse();
      JsonObject line = audit.next();
      assertThat(line.get("outcome").getAsString()).isNotEqualTo("OK");
      assertThat(line.get("reason").getAsString()).isNotEmpty();
    }
    assertThat(registry.requests()).isEmpty();
  }

  private void sendRubbish(MethodDescriptor<?, ?> method) {
    ClientCall<byte[], ListTagsRequest> call =
        channel.newCall(
            method.toBuilder(new Raw(), ProtoUtils.marshaller(ListTagsRequest.getDefaultInstance()))
                .build(),
            CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
    ClientCalls.blockingServerStreamingCall(call, new byte[] {0x0a, 0x7f, 1})
        .forEachRemaining(message -> {});
  }

  @Test
  void lastMetadataOfAnId_countsOnce() throws Exception {
    limits(Limits.NONE);
    Metadata twice = headers("id-6", "ci");
    twice.merge(headers("id-7", "cd"));
    call(
        stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(twice)),
        Operation.STAT_BLOB);
    JsonObject line = audit.next();
    assertThat(line.get("request_id").getAsString()).isEqualTo("id-7");
    assertThat(line.get("caller").getAsString()).isEqualTo("cd");
  }

  @Test
  void manyCallsAtOnce_areOneLineEach() throws Exception {
    rules(all("all").about(EnumSet.complementOf(EnumSet.of(Operation.LIST_REFERRERS))));
    int rounds = 30;
    ExecutorService callers = Executors.newFixedThreadPool(6);
    List<String> ids = new ArrayList<>();
    try {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        for (Operation operation : Operation.values()) {
          String id = operation + ":" + i;
          ids.add(id);
          boolean givesUp = i % 3 == 0;
          calls.add(callers.submit(() -> callOrGiveUp(id, operation, givesUp)));
        }
      }
      for (Future<?> call : calls) {
        call.get(30, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }
    List<String> written = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      written.add(audit.next().get("request_id").getAsString());
    }
    assertThat(written).containsExactlyInAnyOrderElementsOf(ids);
  }

  /** With the header in hand, so that the call is sure to have arrived. */
  private void callOrGiveUp(String id, Operation operation, boolean givesUp) {
    if (!givesUp || operation != Operation.FETCH_BLOB) {
      endOf(() -> call(stub(id, "ci"), operation));
      return;
    }
    Context.CancellableContext context = Context.current().withCancellation();
    context.run(() -> stub(id, "ci").fetchBlob(fetchRequest(blob).build()).next());
    context.cancel(null);
  }

  private List<String> userAgents() {
    return registry.requests().stream().map(AuditServiceTest::userAgent).toList();
  }

  private static String userAgent(Request request) {
    return String.valueOf(request.header("User-Agent"));
  }

  /** Bytes as they are. */
  private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      throw new UnsupportedOperationException("only sent");
    }
  }

  @Test
  void listOfReferrersByAWrongDigest_isALine() throws Exception {
    limits(Limits.NONE);
    Status end =
        endOf(
            () ->
                stub()
                    .listReferrers(
                        ListReferrersRequest.newBuilder()
                            .setRepository("team/app")
                            .setDigest("x")
                            .build()));
    assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(audit.next().get("operation").getAsString()).isEqualTo("list-referrers");
  }
}
