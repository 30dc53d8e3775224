package dev.penstock.client.service;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.client.names.Digest;
import dev.penstock.client.policy.AllowList;
import dev.penstock.client.registry.FakeHttpServer;
import dev.penstock.client.registry.FakeList;
import dev.penstock.client.registry.FakeRegistry;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.RegistryOptions;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.http.HttpOptions;
import dev.penstock.client.registry.http.HttpTransport;
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
    transport = new HttpTransport(new HttpOptions(patience, patience, patience, 3, null));
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
                    AllowList.of("team/**"),
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
  void repositories_areThoseThatThePolicyAllows_overEmptyPages() {
    List<String> names = new ArrayList<>(FakeList.names("secret/r", 250));
    names.add("team");
    names.addAll(FakeList.names("team/r", 120));
    registry.on(CATALOG, new FakeList("repositories", names));

    List<String> listed = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    String token = "";
    do {
      ListRepositoriesResponse page =
          stub.listRepositories(ListRepositoriesRequest.newBuilder().setPageToken(token).build());
      listed.addAll(page.getRepositoriesList());
      sizes.add(page.getRepositoriesCount());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(listed).isEqualTo(FakeList.names("team/r", 120));
    assertThat(sizes).containsExactly(0, 0, 49, 71);
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
