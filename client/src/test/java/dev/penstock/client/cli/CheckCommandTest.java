package dev.penstock.client.cli;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.client.registry.FakeHttpServer;
import dev.penstock.client.registry.FakeHttpServer.Handler;
import dev.penstock.tunnel.TunnelAcceptor;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole command, against a real acceptor and registries that do what a test wants. */
@Timeout(120)
final class CheckCommandTest {
  private static final String BASIC =
      "Basic " + Base64.getEncoder().encodeToString("ann:hidden-password".getBytes(UTF_8));

  @TempDir Path directory;
  private TunnelAcceptor acceptor;
  private FakeHttpServer registry;
  private final CountDownLatch released = new CountDownLatch(1);

  /** What the registry does; by default it lets everybody in. */
  private volatile Handler answer = (request, out) -> reply(out, 200);

  @BeforeEach
  void start() throws IOException {
    registry = new FakeHttpServer((request, out) -> answer.answer(request, out));
    acceptor =
        TunnelAcceptor.builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .authenticator((tunnel, secret) -> Verdict.ACCEPTED)
            .listener(tunnel -> {})
            .start();
    secret("token", "hidden-token");
    secret("password", "hidden-password");
  }

  @AfterEach
  void stop() throws IOException {
    released.countDown();
    registry.close();
    acceptor.close();
  }

  @Test
  void allWell_exitsWith0_andALineForEach() {
    Ran check = check();
    assertThat(check.code()).isZero();
    assertThat(check.out().lines().map(line -> line.substring(0, 35).strip()))
        .containsExactly(
            "ok       configuration",
            "ok       token",
            "ok       server",
            "ok       registry 'main'");
    assertThat(registry.requests())
        .singleElement()
        .satisfies(request -> assertThat(request.target()).isEqualTo("/v2/"));
  }

  @Test
  void settingsOfAFile_areChecked() throws IOException {
    String file =
        Files.writeString(
                directory.resolve("c.yaml"),
                "server: ws://127.0.0.1:%d\ntunnel: acme\ntoken-file: %s\nregistry: %s\nallow: a/**\n"
                    .formatted(
                        acceptor.address().getPort(), directory.resolve("token"), registry.uri()))
            .toString();
    assertThat(Ran.with("check", "--config", file))
        .satisfies(
            check -> {
              assertThat(check.code()).isZero();
              assertThat(check.out()).contains("in " + file);
            });
    Files.writeString(Path.of(file), "sever: x\n");
    Ran wrong = Ran.with("check", "--config", file);
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("has no setting 'sever'");
  }

  @ParameterizedTest
  @CsvSource({"Basic realm=x", "'Negotiate, Basic realm=x'"})
  void challengeWithoutCredentials_provesTheWay(String challenge) {
    answer = (request, out) -> reply(out, 401, Map.of("WWW-Authenticate", challenge), new byte[0]);
    Ran check = check();
    assertThat(check.code()).isZero();
    assertThat(check.out())
        .contains("ok       registry 'main'", "asks for credentials; there are none in");
  }

  @Test
  void bearerChallengeWithoutCredentials_isWellWhateverTheTokenServerSays() throws IOException {
    Handler[] sells = new Handler[1];
    try (FakeHttpServer tokens =
        new FakeHttpServer((request, out) -> sells[0].answer(request, out))) {
      wantBearer(tokens.uri());
      sells[0] = (request, out) -> reply(out, 401);
      assertThat(check().out()).contains("asks for credentials; there are none in");
      sells[0] = (request, out) -> reply(out, 200, Map.of(), "{\"token\":\"t\"}".getBytes(UTF_8));
      Ran check = check();
      assertThat(check.code()).isZero();
      assertThat(check.out()).contains("with a token that anybody gets");
    }
  }

  @Test
  void deadTokenServer_isNoAnswer() {
    wantBearer(URI.create("http://127.0.0.1:1"));
    Ran check = check();
    assertThat(check.code()).isEqualTo(3);
    assertThat(check.out()).contains("failed   registry 'main'", "127.0.0.1:1");
  }

  @Test
  void credentials_areTried_andNeverShown() throws IOException {
    answer =
        (request, out) -> {
          boolean isKnown = BASIC.equals(request.header("Authorization"));
          reply(out, isKnown ? 200 : 401, Map.of("WWW-Authenticate", "Basic realm=x"), new byte[0]);
        };
    Ran taken = check(withPassword());
    assertThat(taken.code()).isZero();
    assertThat(taken.out()).contains("and takes user 'ann' and the password in");
    secret("password", "hidden-and-wrong");
    Ran refused = check(withPassword());
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.out()).contains("failed   registry 'main'", "refuses the credentials", "->");
    assertThat(taken.out() + taken.err() + refused.out() + refused.err())
        .doesNotContain("hidden", BASIC.substring(6));
  }

  @Test
  void dockersFile_isTried() throws IOException {
    answer =
        (request, out) -> {
          boolean isKnown = BASIC.equals(request.header("Authorization"));
          reply(out, isKnown ? 200 : 401, Map.of("WWW-Authenticate", "Basic realm=x"), new byte[0]);
        };
    Path file =
        Files.writeString(
            directory.resolve("config.json"),
            "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
                .formatted(registry.uri().getAuthority(), BASIC.substring(6)));
    Ran taken = check("--registry-auth-file", file.toString());
    assertThat(taken.code()).isZero();
    assertThat(taken.out()).contains("and takes", file.toString()).doesNotContain("hidden");
    Files.writeString(file, "{");
    assertThat(check("--registry-auth-file", file.toString()).code()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "404, 3, no OCI registry",
    "500, 3, registry's own log",
    "401, 3, no OCI registry",
    "403, 4, refuses access",
    "429, 0, come later"
  })
  void otherAnswers_areJudged(int status, int code, String says) {
    answer = (request, out) -> reply(out, status);
    Ran check = check();
    assertThat(check.code()).isEqualTo(code);
    assertThat(check.out()).contains(says, "->");
  }

  @Test
  void loginPage_isAWarning() {
    answer =
        (request, out) -> reply(out, 200, Map.of("Content-Type", "text/html"), new byte[] {'<'});
    Ran check = check();
    assertThat(check.code()).isZero();
    assertThat(check.out()).contains("warning  registry 'main'", "page for people");
  }

  @Test
  void silentRegistry_endsTheCheckAllTheSame() {
    answer = (request, out) -> released.await();
    Ran check = check("--registry-header-timeout", "300ms");
    assertThat(check.code()).isEqualTo(3);
    assertThat(check.out()).contains("no answer within 300 ms", "keeps silent");
  }

  @Test
  void nobodyThere_isSaidOfEachPeer_withWhatToDo() {
    Ran check =
        Ran.with(
            Map.of("PENSTOCK_TOKEN", "hidden-token"),
            "",
            "check",
            "--server",
            "ws://127.0.0.1:1",
            "--tunnel",
            "acme",
            "--registry",
            "a=http://127.0.0.1:1",
            "--registry",
            "b=https://" + registry.uri().getAuthority(),
            "--registry",
            "c=" + registry.uri(),
            "--registry-connect-timeout",
            "5s");
    assertThat(check.code()).isEqualTo(2);
    assertThat(check.out().lines().filter(line -> !line.startsWith(" ")))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("ok       configuration"),
            line -> assertThat(line).startsWith("ok       token").endsWith("in PENSTOCK_TOKEN"),
            line -> assertThat(line).startsWith("failed   allow").contains("nothing may be read"),
            line -> assertThat(line).startsWith("failed   server").contains("127.0.0.1:1"),
            line -> assertThat(line).startsWith("failed   registry 'a'"),
            line -> assertThat(line).startsWith("failed   registry 'b'").contains("TLS"),
            line -> assertThat(line).startsWith("ok       registry 'c'"));
    assertThat(check.out())
        .contains("its port right in --server", "give --proxy", "give --registry-proxy")
        .doesNotContain("hidden");
  }

  @Test
  void serverThatIsNone_isAWarning_andALoginPageAFailure() {
    Ran check = check("--server", registry.uri().toString().replace("http", "ws"));
    assertThat(check.code()).isZero();
    answer = (request, out) -> reply(out, 404);
    String other = registry.uri().toString().replace("http", "ws");
    assertThat(check("--server", other).out()).contains("warning  server", "/tunnel/ only");
    answer =
        (request, out) ->
            reply(out, 302, Map.of("Location", "http://localhost:1/login"), new byte[0]);
    assertThat(check("--server", other).code()).isEqualTo(3);
  }

  @Test
  void filesOfThisMachine_areRead() throws IOException {
    Path token = directory.resolve("token");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
    Ran open = check();
    assertThat(open.code()).isZero();
    assertThat(open.out()).contains("warning  token", "chmod 600");
    Files.delete(token);
    Ran missing = check();
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.out()).contains("failed   token", "cannot be read", "ok       registry");
    secret("token", "hidden-token");
    Ran noCa = check("--registry-ca", directory.resolve("none.pem").toString());
    assertThat(noCa.code()).isEqualTo(2);
    assertThat(noCa.out()).contains("failed   registry TLS files", "none.pem", "nothing was asked");
  }

  @Test
  void credentialsOfAnAuthFileThatWouldGoUnencrypted_areAWarning() throws IOException {
    secret("config.json", "{\"auths\":{\"registry.invalid:5000\":{\"auth\":\"YW5uOmh1c2g=\"}}}");
    Ran shown =
        check(
            "--registry",
            "other=http://registry.invalid:5000",
            "--registry-auth-file",
            directory.resolve("config.json").toString());
    assertThat(shown.out())
        .contains(
            "warning  registry 'other'",
            "the password goes to http://registry.invalid:5000 unencrypted",
            "use https://")
        .doesNotContain("hush", "YW5u");
  }

  @Test
  void platformsAuthorities_areTakenByTheirName() {
    assumeTrue(Files.isReadable(Path.of("/etc/ssl/certs/ca-certificates.crt")));
    assertThat(check("--registry-ca", "platform").out())
        .contains("ok       registry TLS files", "trusted: platform");
  }

  private void wantBearer(URI tokens) {
    answer =
        (request, out) -> {
          boolean isKnown = "Bearer t".equals(request.header("Authorization"));
          reply(
              out,
              isKnown ? 200 : 401,
              Map.of("WWW-Authenticate", "Bearer realm=\"" + tokens + "/token\",service=\"s\""),
              new byte[0]);
        };
  }

  private String[] withPassword() {
    return new String[] {
      "--registry-username",
      "ann",
      "--registry-password-file",
      directory.resolve("password").toString()
    };
  }

  private void secret(String name, String content) throws IOException {
    Path file = Files.writeString(directory.resolve(name), content + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private Ran check(String... more) {
    List<String> usual =
        List.of(
            "check",
            "--tunnel",
            "acme",
            "--token-file",
            directory.resolve("token").toString(),
            "--registry",
            "main=" + registry.uri(),
            "--allow",
            "team/**");
    List<String> server =
        List.of(more).contains("--server")
            ? List.of()
            : List.of("--server", "ws://127.0.0.1:" + acceptor.address().getPort());
    return Ran.with(
        Stream.of(usual, server, List.of(more)).flatMap(List::stream).toArray(String[]::new));
  }
}
