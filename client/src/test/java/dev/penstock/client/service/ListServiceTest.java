package dev.penstock.client.service;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.client.names.Digest;
import dev.penstock.client.registry.FakeHttpServer;
import dev.penstock.client.registry.FakeList;
import dev.penstock.client.registry.FakeRegistry;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.RegistryOptions;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.TestTransport;
import dev.penstock.registry.v1.Descriptor;
import dev.penstock.registry.v1.ListReferrersRequest;
import dev.penstock.registry.v1.ListReferrersResponse;
import dev.penstock.registry.v1.ListRepositoriesRequest;
import dev.penstock.registry.v1.ListRepositoriesResponse;
import dev.penstock.registry.v1.ListTagsRequest;
import dev.penstock.registry.v1.ListTagsResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.StatManifestRequest;
import dev.penstock.registry.v1.StatManifestResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists and StatManifest as a caller gets them, within the customer's policy. */
@Timeout(60)
final class ListServiceTest {
  private static final String CATALOG = "/v2/_catalog";
  private static final Digest SUBJECT = Digest.of(new byte[] {1});
  private static final String REFERRERS = "/v2/team/app/referrers/" + SUBJECT;

  private FakeRegistry registry;
  private HttpTransport transport;
  private Server server;
  private ManagedChannel channel;
  private RegistryGrpc.RegistryBlockingStub stub;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    Duration patience = Duration.ofSeconds(20);
    transport = new HttpTransport(TestTransport.options(patience, patience, patience));
    RegistryReader reader =
        new RegistryReader(
            new RegistryEndpoint("main", registry.uri(), null),
            RegistryOptions.DEFAULTS,
            transport);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(
                new RegistryService(
                    List.of(reader),
                    TestControl.allowing("team/**"),
                    TransferOptions.DEFAULTS,
                    new TransferGauges()))
            .build()
            .start();
    channel =
        NettyChannelBuilder.forAddress(server.getListenSockets().get(0)).usePlaintext().build();
    stub = RegistryGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    transport.close();
    registry.close();
  }

  @Test
  void repositories_areThoseThatThePolicyAllows_andNoTokenNamesAnother() {
    List<String> names = new ArrayList<>(FakeList.names("secret/r", 250));
    names.add("team");
    names.addAll(FakeList.names("team/a/r", 120));
    names.addAll(FakeList.names("teams/r", 130));
    names.add("tools/x");
    registry.on(CATALOG, new FakeList("repositories", names));
    for (int pageSize : List.of(1, 7, 100, 1000)) {
      List<ListRepositoriesResponse> pages = allPages(pageSize, "");
      assertThat(pages)
          .flatExtracting(ListRepositoriesResponse::getRepositoriesList)
          .isEqualTo(FakeList.names("team/a/r", 120));
      assertThat(pages)
          .extracting(ListRepositoriesResponse::getNextPageToken)
          .noneMatch(token -> token.contains("secret") || token.contains("teams"));
    }
  }

  @Test
  void repositories_thatAreHiddenAreNotLearntByAMadeUpToken() {
    registry.on(CATALOG, new FakeList("repositories", FakeList.names("secret/r", 250)));
    for (String token : List.of("last:secret%2Fr00007", "link:n=1&last=secret%2Fr00007")) {
      assertThat(allPages(1, token)).containsExactly(ListRepositoriesResponse.getDefaultInstance());
    }
    assertThat(registry.requests()).as("read on in pages of 100").hasSizeLessThan(9);
  }

  @Test
  void repositories_withTokensThatShowNoName_canHaveEmptyPages() {
    registry.on(
        CATALOG,
        (request, out) -> {
          boolean isSecond = request.target().contains("cursor");
          String name = isSecond ? "team/app" : "secret/app";
          reply(
              out,
              200,
              isSecond ? Map.of() : Map.of("Link", "<?cursor=f00>; rel=next"),
              "{\"repositories\":[\"%s\"]}".formatted(name).getBytes(UTF_8));
        });
    List<ListRepositoriesResponse> pages = allPages(100, "");
    assertThat(pages.get(0).getRepositoriesList()).isEmpty();
    assertThat(pages.get(1).getRepositoriesList()).containsExactly("team/app");
  }

  @Test
  void repositories_thatGoOnForEver_endWithTheCaller() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    registry.on(
        CATALOG,
        (request, out) -> {
          String name = "secret/r" + asked.incrementAndGet();
          reply(
              out,
              200,
              Map.of("Link", "<?last=" + name + ">; rel=next"),
              "{\"repositories\":[\"%s\"]}".formatted(name).getBytes(UTF_8));
        });
    var call =
        RegistryGrpc.newFutureStub(channel)
            .listRepositories(ListRepositoriesRequest.getDefaultInstance());
    long start = System.nanoTime();
    while (asked.get() < 20 && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30)) {
      Thread.onSpinWait();
    }
    assertThat(asked.get()).isGreaterThanOrEqualTo(20);
    call.cancel(true);
    // Another call's answer is the clock: what was cancelled asks no more meanwhile.
    registry.on("/v2/team/app/tags/list", new FakeList("tags", FakeList.names("v", 3)));
    for (int last = -1; last != asked.get(); ) {
      last = asked.get();
      for (int i = 0; i < 20; i++) {
        stub.listTags(tags("team/app", 2, ""));
      }
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(50));
    }
  }

  private List<ListRepositoriesResponse> allPages(int pageSize, String firstToken) {
    List<ListRepositoriesResponse> pages = new ArrayList<>();
    String token = firstToken;
    do {
      ListRepositoriesResponse page =
          stub.listRepositories(
              ListRepositoriesRequest.newBuilder()
                  .setPageSize(pageSize)
                  .setPageToken(token)
                  .build());
      pages.add(page);
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return pages;
  }

  @Test
  void repositories_ofARegistryWithoutCatalogAreAFailedPrecondition() {
    registry.on(CATALOG, (request, out) -> reply(out, 404));
    Status status =
        fails(() -> stub.listRepositories(ListRepositoriesRequest.getDefaultInstance()));
    assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(status.getDescription()).contains("no catalog", "registry 'main'");
  }

  @Test
  void repositories_ofAnUnknownRegistryAreNotFound() {
    ListRepositoriesRequest request =
        ListRepositoriesRequest.newBuilder().setRegistry("other").build();
    assertThat(fails(() -> stub.listRepositories(request)).getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void tags_arePaged() {
    registry.on("/v2/team/app/tags/list", new FakeList("tags", FakeList.names("v", 3)));
    ListTagsResponse first = stub.listTags(tags("team/app", 2, ""));
    ListTagsResponse second = stub.listTags(tags("team/app", 2, first.getNextPageToken()));
    assertThat(first.getTagsList()).containsExactly("v00000", "v00001");
    assertThat(second.getTagsList()).containsExactly("v00002");
    assertThat(second.getNextPageToken()).isEmpty();
  }

  @Test
  void tags_ofAnUnknownRepositoryAreNotFound() {
    assertThat(fails(() -> stub.listTags(tags("team/app", 0, ""))).getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ARGUMENT, Team/app, 0, ''",
    "INVALID_ARGUMENT, team/../x, 0, ''",
    "INVALID_ARGUMENT, team/app, -1, ''",
    "INVALID_ARGUMENT, team/app, 0, n=1",
    "INVALID_ARGUMENT, team/app, 0, link:a b",
    "PERMISSION_DENIED, secret/app, 0, ''",
  })
  void badRequest_neverReachesTheRegistry(
      Status.Code code, String repository, int pageSize, String token) {
    assertThat(fails(() -> stub.listTags(tags(repository, pageSize, token))).getCode())
        .isEqualTo(code);
    assertThat(registry.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"spdx", "a/b&n=1"})
  void artifactType_thatIsNoneIsAnInvalidArgument(String type) {
    ListReferrersRequest request = referrers().setArtifactType(type).build();
    assertThat(fails(() -> stub.listReferrers(request)).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void referrers_areDescriptors() {
    registry.on(
        REFERRERS,
        (request, out) ->
            reply(
                out,
                200,
                Map.of("Link", "<?page=2>; rel=next"),
                """
                {"manifests":[{"mediaType":"a/b","digest":"%s","size":5,"artifactType":"c/d",
                 "annotations":{"k":"v"}}]}"""
                    .formatted(SUBJECT)
                    .getBytes(UTF_8)));
    ListReferrersResponse page = stub.listReferrers(referrers().build());
    assertThat(page.getReferrersList())
        .containsExactly(
            Descriptor.newBuilder()
                .setMediaType("a/b")
                .setDigest(SUBJECT.value())
                .setSize(5)
                .setArtifactType("c/d")
                .putAnnotations("k", "v")
                .build());
    assertThat(page.getNextPageToken()).isNotEmpty();
  }

  @Test
  void page_thatNoCallerCouldReceiveIsRefused() {
    StringBuilder json = new StringBuilder("{\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\"");
    json.append(SUBJECT.value()).append("\",\"size\":5,\"annotations\":{\"k\":\"v\"");
    // In a message, each of these takes more than in JSON: lengths of two bytes.
    for (int i = 0; json.length() < (4 << 20) - 500; i++) {
      json.append(",\"%08d%s\":\"%s\"".formatted(i, "k".repeat(120), "v".repeat(128)));
    }
    byte[] body = json.append("}}]}").toString().getBytes(UTF_8);
    registry.on(REFERRERS, (request, out) -> reply(out, 200, Map.of(), body));
    Status status = fails(() -> stub.listReferrers(referrers().build()));
    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getDescription()).contains("the page has more than 4194304 bytes");
  }

  @Test
  void manifestStat_resolvesATag() {
    Digest digest = registry.manifest("1.0", "{}");
    StatManifestRequest request =
        StatManifestRequest.newBuilder().setRepository("team/app").setReference("1.0").build();
    assertThat(stub.statManifest(request))
        .isEqualTo(
            StatManifestResponse.newBuilder()
                .setSize(2)
                .setMediaType(FakeRegistry.MANIFEST_TYPE)
                .setDigest(digest.value())
                .build());
    assertThat(registry.requests())
        .extracting(FakeHttpServer.Request::method)
        .containsExactly("HEAD");
  }

  private static ListTagsRequest tags(String repository, int pageSize, String token) {
    return ListTagsRequest.newBuilder()
        .setRepository(repository)
        .setPageSize(pageSize)
        .setPageToken(token)
        .build();
  }

  private static ListReferrersRequest.Builder referrers() {
    return ListReferrersRequest.newBuilder().setRepository("team/app").setDigest(SUBJECT.value());
  }

  private static Status fails(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus();
  }
}
