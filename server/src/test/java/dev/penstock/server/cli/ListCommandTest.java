package dev.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.registry.v1.Descriptor;
import dev.penstock.registry.v1.ListReferrersRequest;
import dev.penstock.registry.v1.ListReferrersResponse;
import dev.penstock.registry.v1.ListRepositoriesRequest;
import dev.penstock.registry.v1.ListRepositoriesResponse;
import dev.penstock.registry.v1.ListTagsRequest;
import dev.penstock.registry.v1.ListTagsResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.server.ReadmeTable;
import dev.penstock.server.access.RequestId;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;

/** The command line against an API that gives lists page by page. */
@Timeout(60)
class ListCommandTest {
  private static final String DIGEST = "sha256:" + "0".repeat(64);

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final SentIds ids = new SentIds();
  private final ThreePages api = new ThreePages();
  private Path token;
  private Server server;

  @BeforeEach
  void start() throws Exception {
    token = Files.writeString(directory.resolve("token"), "psc_x");
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(api)
            .intercept(ids)
            .build()
            .start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
  }

  @Test
  void tags_arePrintedToTheLastPage_oneALine() {
    assertThat(list("tags", "acme/team/app", "--registry", "hub")).isEqualTo(ExitCode.OK);
    assertThat(out.toString().lines()).containsExactly("v1", "v2", "v3");
    assertThat(api.asked)
        .containsExactly(
            "acme hub team/app 1000 ", "acme hub team/app 1000 p2", "acme hub team/app 1000 p3");
  }

  @Test
  void repositories_arePrintedToTheLastPage_overEmptyOnes() {
    assertThat(list("repositories", "acme", "--page-size", "50")).isEqualTo(ExitCode.OK);
    assertThat(out.toString().lines()).containsExactly("team/app", "team/b?[31mad");
    assertThat(api.asked).containsExactly("acme 50 ", "acme 50 p2", "acme 50 p3");
  }

  @Test
  void referrers_arePrintedWithWhatTheyAre() {
    assertThat(list("referrers", "acme/team/app@" + DIGEST, "--artifact-type", "a/b"))
        .isEqualTo(ExitCode.OK);
    assertThat(out.toString().lines()).containsExactly(DIGEST + "\ta/b\tc/d\t7");
    assertThat(api.asked).containsExactly("acme team/app " + DIGEST + " a/b");
  }

  @Test
  void failure_isOneLineAndAnExitCode() {
    assertThat(list("tags", "acme/team/none")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .isEqualTo("list tags: NOT_FOUND: none of it" + System.lineSeparator());
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void requestId_goesWithEachPageAndStandsInTheMessageOfAFailure() {
    assertThat(list("tags", "acme/team/app", "--request-id", "nightly/7")).isEqualTo(ExitCode.OK);
    assertThat(ids.sent).containsExactly("nightly/7", "nightly/7", "nightly/7");
    assertThat(list("tags", "acme/team/none", "--request-id", "nightly/7"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .isEqualTo("list tags: NOT_FOUND: none of it (request nightly/7)" + System.lineSeparator());
  }

  @Test
  void requestId_ofTheServerStandsInTheMessageOfAFailure() {
    ids.answered = "made-there";
    assertThat(list("tags", "acme/team/none")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString().strip()).endsWith("none of it (request made-there)");
    assertThat(ids.sent).containsExactly("none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tags",
        "tags acme",
        "tags acme/team/app:1.0",
        "tags acme/team/app --page-size 0",
        "tags acme/team/app --page-size 1001",
        "tags acme/team/app --request-id a,b",
        "repositories",
        "referrers acme/team/app",
        "referrers acme/team/app:1.0"
      })
  void somethingElse_isAUsageError(String arguments) {
    assertThat(list(arguments.split(" "))).isEqualTo(ExitCode.USAGE);
    assertThat(api.asked).isEmpty();
    assertThat(err.toString()).isNotEmpty();
  }

  @Test
  void help_namesTheListsAndFitsAScreen() {
    assertThat(run("list", "--help")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("tags", "repositories", "referrers");
    out.getBuffer().setLength(0);
    assertThat(run("list", "referrers", "--help")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("TUNNEL/REPOSITORY@DIGEST", "--artifact-type");
    assertThat(out.toString().lines().count()).isLessThan(40);
  }

  @Test
  void tableOfTheReadme_isThatOfTheCommandLine() throws Exception {
    Map<String, String> keys = new TreeMap<>();
    new CommandLine(new ListCommand())
        .getSubcommands()
        .values()
        .forEach(command -> command.getCommandSpec().options().forEach(each -> put(each, keys)));
    assertThat(keys).hasSizeGreaterThan(5);
    assertThat(ReadmeTable.under("## Flags of `list`")).isEqualTo(keys);
  }

  private static void put(OptionSpec option, Map<String, String> keys) {
    if (!option.usageHelp() && !option.versionHelp()) {
      String value = option.defaultValue();
      keys.put(option.longestName(), value == null || value.isEmpty() ? "null" : value);
    }
  }

  private int list(String... arguments) {
    List<String> all = new ArrayList<>(List.of("list"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--token-file", token.toString(), "--api", "127.0.0.1:" + server.getPort()));
    return run(all.toArray(String[]::new));
  }

  private int run(String... arguments) {
    return new ServerCommandLine(
            new NoServer(), new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(List.of(arguments), Map.of());
  }

  @Command(name = "run")
  private static final class NoServer implements Callable<Integer> {
    @Override
    public Integer call() {
      return ExitCode.OK;
    }
  }

  /** Keeps the request ids that are sent, and sends back one of its own if it is told to. */
  private static final class SentIds implements ServerInterceptor {
    final List<String> sent = new CopyOnWriteArrayList<>();
    volatile String answered = "";

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      sent.add(RequestId.in(headers).map(RequestId::value).orElse("none"));
      return next.startCall(
          new SimpleForwardingServerCall<Q, R>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
              if (!answered.isEmpty()) {
                new RequestId(answered).putInto(trailers);
              }
              super.close(status, trailers);
            }
          },
          headers);
    }
  }

  /** Gives three pages of tags and repositories, and keeps what it was asked. */
  private static final class ThreePages extends RegistryGrpc.RegistryImplBase {
    final List<String> asked = new CopyOnWriteArrayList<>();

    @Override
    public void listTags(ListTagsRequest request, StreamObserver<ListTagsResponse> caller) {
      if (request.getRepository().equals("team/none")) {
        caller.onError(Status.NOT_FOUND.withDescription("none of it").asException());
        return;
      }
      ask(
          request.getTunnel(),
          request.getRegistry(),
          request.getRepository(),
          request.getPageSize(),
          request.getPageToken());
      String number = number(request.getPageToken());
      caller.onNext(
          ListTagsResponse.newBuilder()
              .addTags("v" + number)
              .setNextPageToken(after(number))
              .build());
      caller.onCompleted();
    }

    @Override
    public void listRepositories(
        ListRepositoriesRequest request, StreamObserver<ListRepositoriesResponse> caller) {
      ask(request.getTunnel(), request.getPageSize(), request.getPageToken());
      String number = number(request.getPageToken());
      ListRepositoriesResponse.Builder page =
          ListRepositoriesResponse.newBuilder().setNextPageToken(after(number));
      switch (number) {
        case "1" -> page.addRepositories("team/app");
        case "3" -> page.addRepositories("team/b\u001b[31mad");
        default -> {}
      }
      caller.onNext(page.build());
      caller.onCompleted();
    }

    @Override
    public void listReferrers(
        ListReferrersRequest request, StreamObserver<ListReferrersResponse> caller) {
      ask(
          request.getTunnel(),
          request.getRepository(),
          request.getDigest(),
          request.getArtifactType());
      Descriptor referrer =
          Descriptor.newBuilder()
              .setDigest(DIGEST)
              .setArtifactType(request.getArtifactType())
              .setMediaType("c/d")
              .setSize(7)
              .build();
      caller.onNext(ListReferrersResponse.newBuilder().addReferrers(referrer).build());
      caller.onCompleted();
    }

    /** One call at a time, each waited for. */
    private void ask(Object... fields) {
      List<String> words = new ArrayList<>();
      for (Object field : fields) {
        words.add(String.valueOf(field));
      }
      asked.add(String.join(" ", words));
    }

    private static String number(String token) {
      return token.isEmpty() ? "1" : token.substring(1);
    }

    private static String after(String number) {
      return number.equals("3") ? "" : "p" + (Integer.parseInt(number) + 1);
    }
  }
}
