package dev.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.penstock.probe.v1.EchoRequest;
import dev.penstock.probe.v1.EchoResponse;
import dev.penstock.probe.v1.ProbeGrpc;
import dev.penstock.probe.v1.RegistryState;
import dev.penstock.probe.v1.RegistryState.State;
import dev.penstock.probe.v1.Stage;
import dev.penstock.server.ReadmeTable;
import io.grpc.Server;
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

/** The command line against an API whose echoes a test makes up. */
@Timeout(60)
class ProbeCommandTest {
  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Echoes api = new Echoes();
  private Path token;
  private Server server;
  private int port;

  @BeforeEach
  void start() throws Exception {
    token = Files.writeString(directory.resolve("token"), "psc_x");
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(api)
            .build()
            .start();
    port = server.getPort();
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
  }

  @Test
  void oneEcho_isATableOfTimes_fromTheOutsideIn_andTheRegistries() {
    assertThat(probe("acme")).as(err.toString()).isEqualTo(ExitCode.OK);
    assertThat(out.toString().lines())
        .hasSize(9)
        .startsWith("tunnel acme by acme/c?[31m#1...: 1 of 1 came back as sent, 16,384 bytes each")
        .contains(
            "where                     time",
            "server                 0.50 ms",
            "server <-> client      2.00 ms",
            "client                 1.00 ms",
            "registry 'main' answers in 0.75 ms",
            "registry 'b?d' failing, heard 61 s ago: registry 'bad': it answers 503")
        .anyMatch(line -> line.matches("caller <-> server +-?[0-9.]+ ms"))
        .anyMatch(line -> line.matches("total +[0-9.]+ ms"));
    assertThat(api.asked).containsExactly("acme 0 false", "acme 16384 false");
  }

  @Test
  void severalEchoes_areMedianLeastAndMost() {
    api.clientMicros.addAll(List.of(9_000L, 5_000L, 1_000L, 2_000L, 4_000L)); // the first: warming
    assertThat(probe("acme", "--count=4", "--payload", "1KiB", "--registries"))
        .isEqualTo(ExitCode.OK);
    assertThat(out.toString().lines())
        .contains(
            "where                   median         min         max",
            "client                 3.00 ms     1.00 ms     5.00 ms");
    assertThat(api.asked).hasSize(5).startsWith("acme 0 false").endsWith("acme 1024 true");
  }

  @Test
  void json_isOneObject() {
    assertThat(probe("acme", "--json", "--payload=0")).isEqualTo(ExitCode.OK);
    assertThat(out.toString().lines()).hasSize(1);
    assertThat(out.toString())
        .startsWith(
            "{\"tunnel\":\"acme\",\"client\":\"acme/c?[31m#1...\",\"payload_bytes\":0,\"count\":1,"
                + "\"times\":[{\"where\":\"caller\",\"median_ms\":")
        .contains(
            "{\"where\":\"server\",\"median_ms\":0.500,\"min_ms\":0.500,\"max_ms\":0.500}",
            "\"registries\":[{\"registry\":\"main\",\"state\":\"answers\",\"detail\":\"\","
                + "\"age_ms\":0,\"answer_ms\":0.750},",
            "\"detail\":\"registry 'bad': it answers 503\",\"age_ms\":61234}");
  }

  @Test
  void otherBytesThatComeBack_haveTheirOwnExitCode() {
    api.isAltering = true;
    assertThat(probe("acme")).isEqualTo(ExitCode.CORRUPT);
    assertThat(err.toString().strip())
        .isEqualTo(
            "probe acme: DATA_LOSS: 16,384 bytes were sent, and 16,385 came back that are not the"
                + " same");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void failure_isOneLineAndAnExitCode() {
    assertThat(probe("absent")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString().strip()).isEqualTo("probe absent: UNAVAILABLE: nobody there");
  }

  @Test
  void serverThatIsNotThere_isSuchAFailure() throws Exception {
    stop();
    assertThat(probe("acme")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).startsWith("probe acme: UNAVAILABLE").contains("--api");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "acme --payload 1048577",
        "acme --payload 2MiB",
        "acme --payload -1",
        "acme --payload many",
        "acme --count 0",
        "acme --count 1001",
        "acme --request-id a,b",
        "acme --registry main"
      })
  void somethingElse_isAUsageError(String arguments) {
    assertThat(probe(arguments.split(" "))).isEqualTo(ExitCode.USAGE);
    assertThat(api.asked).isEmpty();
    assertThat(err.toString()).isNotEmpty();
  }

  @Test
  void help_ofTheWholeSaysWhatItDoes() {
    var unused = commandLine().execute(List.of("--help"), Map.of());
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains("compares them, and prints where the time went, and how the client's registries");
  }

  @Test
  void tableOfTheReadme_isThatOfTheCommandLine() throws Exception {
    Map<String, String> keys = new TreeMap<>();
    for (OptionSpec option : new CommandLine(new ProbeCommand()).getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        keys.put(option.longestName(), String.valueOf(option.defaultValue()));
      }
    }
    assertThat(keys).hasSizeGreaterThan(5);
    assertThat(ReadmeTable.under("## Flags of `probe`")).isEqualTo(keys);
  }

  private int probe(String... arguments) {
    List<String> all = new ArrayList<>(List.of("probe"));
    all.addAll(List.of(arguments));
    all.removeIf(String::isEmpty);
    all.addAll(List.of("--token-file", token.toString(), "--api", "127.0.0.1:" + port));
    return commandLine().execute(all, Map.of());
  }

  private ServerCommandLine commandLine() {
    return new ServerCommandLine(
        new NoServer(), new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @Command(name = "run")
  private static final class NoServer implements Callable<Integer> {
    @Override
    public Integer call() {
      return ExitCode.OK;
    }
  }

  /** Sends back what it gets, with times that are made up. */
  private static final class Echoes extends ProbeGrpc.ProbeImplBase {
    final List<String> asked = new CopyOnWriteArrayList<>();
    final List<Long> clientMicros = new CopyOnWriteArrayList<>();
    volatile boolean isAltering;

    @Override
    public void echo(EchoRequest request, StreamObserver<EchoResponse> caller) {
      if (request.getTunnel().equals("absent")) {
        caller.onError(Status.UNAVAILABLE.withDescription("nobody there").asException());
        return;
      }
      asked.add(
          request.getTunnel()
              + " "
              + request.getPayload().size()
              + " "
              + request.getReachRegistries());
      long client = clientMicros.isEmpty() ? 1_000 : clientMicros.remove(0);
      ByteString payload = request.getPayload();
      caller.onNext(
          EchoResponse.newBuilder()
              .setPayload(isAltering ? payload.concat(ByteString.copyFromUtf8("x")) : payload)
              .setClient("acme/c\u001b[31m#1…")
              .addStages(stage("client", client))
              .addStages(stage("tunnel", client + 2_000))
              .addStages(stage("server", client + 2_500))
              .addRegistries(
                  RegistryState.newBuilder()
                      .setRegistry("main")
                      .setState(State.ANSWERS)
                      .setAnswerMicros(750))
              .addRegistries(
                  RegistryState.newBuilder()
                      .setRegistry("b\nd")
                      .setState(State.FAILING)
                      .setDetail("registry 'bad': it answers 503")
                      .setAgeMillis(61_234))
              .build());
      caller.onCompleted();
    }

    private static Stage stage(String who, long micros) {
      return Stage.newBuilder().setWho(who).setDurationMicros(micros).build();
    }
  }
}
