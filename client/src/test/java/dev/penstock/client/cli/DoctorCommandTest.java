package dev.penstock.client.cli;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.penstock.client.registry.FakeHttpServer;
import dev.penstock.client.registry.FakeHttpServer.Handler;
import dev.penstock.client.registry.FakeList;
import dev.penstock.tunnel.TunnelAcceptor;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole command, against a real acceptor and registries that do what a test wants. */
@Timeout(120)
final class DoctorCommandTest {
  private static final byte[] MANIFEST = "{\"schemaVersion\":2}".getBytes(UTF_8);

  @TempDir Path directory;
  private TunnelAcceptor acceptor;
  private FakeHttpServer registry;
  private final AtomicInteger attached = new AtomicInteger();
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile Verdict verdict = Verdict.ACCEPTED;

  /** What the registry does. */
  private volatile Handler answer =
      (request, out) ->
          reply(
              out,
              200,
              Map.of("Content-Type", "application/vnd.oci.image.manifest.v1+json"),
              MANIFEST);

  @BeforeEach
  void start() throws IOException {
    registry = new FakeHttpServer((request, out) -> answer.answer(request, out));
    acceptor =
        TunnelAcceptor.builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .authenticator((tunnel, secret) -> verdict)
            .listener(tunnel -> attached.incrementAndGet())
            .start();
    Path token = Files.writeString(directory.resolve("token"), "hidden-token\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void stop() throws IOException {
    released.countDown();
    registry.close();
    acceptor.close();
  }

  @Test
  void healthyPath_passesInEveryLayer_andBeginsNoSession() {
    Ran ran = doctor("--repository", "team/app:1.0");
    assertThat(ran.out())
        .contains("PASS  token", "PASS  messages", "PASS  round trip", "PASS  throughput")
        .contains("SKIP  limits", "main reach: ", "main login: ", "read team/app 1.0: 19 bytes of")
        .contains("# heartbeat: 20s is the default; --long")
        .doesNotContain("FAIL")
        .doesNotContain("hidden");
    assertThat(ran.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(ran.code()).isZero();
    assertThat(attached).hasValue(0);
  }

  @Test
  void json_isOneObject_andNothingElse() {
    Ran ran = doctor("--json");
    JsonObject json = JsonParser.parseString(ran.out()).getAsJsonObject();
    assertThat(json.getAsJsonArray("lines")).hasSizeGreaterThan(10);
    assertThat(json.getAsJsonObject("settings").keySet()).isEmpty();
    assertThat(ran.code()).isZero();
  }

  @Test
  void tokenThatIsRefused_endsWith4_andRegistriesAreExaminedAllTheSame() {
    verdict = Verdict.UNKNOWN_TOKEN;
    Ran ran = doctor();
    assertThat(ran.out())
        .contains("FAIL  token", "(401)", "because 'token' failed", "main login: ")
        .contains("A transfer could not work")
        .doesNotContain("Settings");
    assertThat(ran.code()).isEqualTo(4);
  }

  @Test
  void registryThatFails_endsWith3() {
    answer = (request, out) -> reply(out, 500);
    Ran ran = doctor();
    assertThat(ran.out()).contains("FAIL  registry", "main login: ", "because 'main login' failed");
    assertThat(ran.code()).isEqualTo(3);
  }

  @Test
  void whatThePolicyDenies_isNotRead() {
    Ran ran = doctor("--repository", "other/app");
    assertThat(ran.out()).contains("other/app:latest may not be read: no rule allows it");
    assertThat(registry.requests()).allMatch(request -> request.path().equals("/v2/"));
    assertThat(ran.code()).isZero();
  }

  @Test
  void withoutAllow_noTransferCouldWork() {
    Ran ran = run(List.of());
    assertThat(ran.out())
        .contains("FAIL  settings", "allow: nothing may be read", "A transfer could not work");
    assertThat(ran.code()).isEqualTo(2);
  }

  @Test
  void tokenFileThatIsGone_failsTheSettings_andWhatNeedsItIsSkipped() throws IOException {
    Files.delete(directory.resolve("token"));
    Ran ran = doctor();
    assertThat(ran.out().lines().filter(line -> line.startsWith("FAIL"))).hasSize(1);
    assertThat(ran.out())
        .contains("FAIL  settings", "PASS  http", "main login: ")
        .containsPattern("SKIP  upgrade +because 'settings' failed")
        .containsPattern("SKIP  token +because 'settings' failed");
    assertThat(ran.code()).isEqualTo(2);
  }

  @Test
  void manifest_isFoundInTheCatalog_amongWhatThePolicyAllows() {
    answer = lists(List.of("hidden/app", "team/empty", "team/app"));
    Ran ran = doctor();
    assertThat(ran.out()).containsPattern("PASS  registry .* main manifest: read team/app 1.0: 19");
    assertThat(ran.out()).doesNotContain("hidden");
    assertThat(registry.requests()).noneMatch(request -> request.path().contains("hidden"));
    assertThat(ran.code()).isZero();
  }

  @Test
  void manifest_isThatOfARepositoryThatARuleNames_withoutTheCatalog() {
    answer = lists(List.of("a/first"));
    Ran ran = run(List.of("a/**", "team/app"));
    assertThat(ran.out()).contains("main manifest: read team/app 1.0: 19 bytes of");
    assertThat(registry.requests()).noneMatch(request -> request.path().equals("/v2/_catalog"));
  }

  @Test
  void manifestThatCannotBeFound_isSkipped_withWhyAndHow() {
    answer = lists(List.of("hidden/app"));
    Ran none = doctor();
    assertThat(oneLine(none))
        .contains("SKIP registry main manifest: none was found to read: the catalog has no")
        .contains("give --repository main=NAME[:TAG]")
        .doesNotContain("hidden");
    answer = (request, out) -> reply(out, request.path().equals("/v2/") ? 200 : 404);
    assertThat(oneLine(doctor())).contains("none was found to read: ", "no catalog");
    assertThat(none.code()).isZero();
  }

  private static String oneLine(Ran ran) {
    return ran.out().replaceAll("\\s+", " ");
  }

  /** A registry with these repositories, one of which may be {@code team/empty}. */
  private static Handler lists(List<String> repositories) {
    return (request, out) -> {
      if (request.path().equals("/v2/_catalog")) {
        new FakeList("repositories", repositories).answer(request, out);
      } else if (request.path().endsWith("/tags/list")) {
        boolean isEmpty = request.path().contains("team/empty");
        new FakeList("tags", isEmpty ? List.of() : List.of("1.0", "2.0")).answer(request, out);
      } else {
        String type = "application/vnd.oci.image.manifest.v1+json";
        reply(out, 200, Map.of("Content-Type", type), MANIFEST);
      }
    };
  }

  @Test
  void blackHole_endsInTime_withWhatIsKnown() throws IOException {
    answer = (request, out) -> released.await();
    // Takes connections, as a firewall may, and never a byte.
    try (ServerSocket hole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      long begun = System.nanoTime();
      Ran ran = doctor("--server", "ws://127.0.0.1:" + hole.getLocalPort());
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
      assertThat(ran.out()).contains("FAIL  upgrade", "because 'upgrade' failed", "FAIL  registry");
      assertThat(ran.code()).isEqualTo(3);
    }
  }

  @Test
  void long_findsNoLimitWhereThereIsNone() {
    Ran ran = doctor("--long=10s");
    assertThat(ran.out())
        .contains("idle: a line survives a silence of 10 s", "lifetime: a line in use gets ");
    assertThat(ran.code()).isZero();
  }

  @Test
  void bundle_isWritten_andNothingIsExaminedWhereItCannotBe() {
    String file = directory.resolve("ticket.zip").toString();
    assertThat(doctor("--bundle", file).code()).isZero();
    assertThat(Path.of(file)).isNotEmptyFile();
    Ran again = doctor("--bundle", file);
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("is there already");
    assertThat(again.out()).isEmpty();
    assumeTrue(Files.isDirectory(Path.of("/proc")));
    assertThat(doctor("--bundle", "/proc/ticket.zip").out()).isEmpty();
  }

  @Test
  void bundleThatCannotBeWrittenAnyMore_isTold_andTheFindingStillCounts() throws IOException {
    Path gone = Files.createDirectory(directory.resolve("gone"));
    answer =
        (request, out) -> {
          Files.deleteIfExists(gone);
          reply(out, 500);
        };
    Ran ran = doctor("--bundle", gone.resolve("ticket.zip").toString());
    assertThat(ran.err()).contains("ticket.zip cannot be written");
    assertThat(ran.out()).contains("because 'main login' failed");
    assertThat(ran.code()).isEqualTo(3);
  }

  @Test
  void wrongOptions_areToldBeforeAnything() {
    assertThat(doctor("--long=5s").err()).contains("long: accepted is 10s to 110m");
    assertThat(doctor("--long=soon").err()).contains("accepted is a number with");
    assertThat(doctor("--repository", "UPPER").code()).isEqualTo(2);
  }

  private Ran doctor(String... more) {
    return run(List.of("team/**"), more);
  }

  private Ran run(List<String> allowed, String... more) {
    List<String> usual =
        List.of(
            "doctor",
            "--tunnel",
            "acme",
            "--token-file",
            directory.resolve("token").toString(),
            "--registry",
            "main=" + registry.uri());
    List<String> rights = allowed.stream().flatMap(one -> Stream.of("--allow", one)).toList();
    List<String> server =
        List.of(more).contains("--server")
            ? List.of()
            : List.of("--server", "ws://127.0.0.1:" + acceptor.address().getPort());
    return Ran.with(
        Stream.of(usual, rights, server, List.of(more))
            .flatMap(List::stream)
            .toArray(String[]::new));
  }
}
