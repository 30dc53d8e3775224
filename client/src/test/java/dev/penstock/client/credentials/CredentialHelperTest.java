package dev.penstock.client.credentials;

import static dev.penstock.client.credentials.CustomerHome.APP;
import static dev.penstock.client.credentials.CustomerHome.HOST;
import static dev.penstock.client.credentials.CustomerHome.OPTIONS;
import static dev.penstock.client.credentials.CustomerHome.failure;
import static dev.penstock.client.credentials.CustomerHome.get;
import static dev.penstock.client.credentials.CustomerHome.host;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.credentials.Credentials.IdentityToken;
import dev.penstock.client.credentials.Credentials.None;
import dev.penstock.client.credentials.Credentials.UserPassword;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real helper programs, well-behaved and not. A separate thread, as reading a pipe is not ended.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CredentialHelperTest {
  private static final String ANSWER = "echo '{\"Username\":\"me\",\"Secret\":\"pw\"}'";
  private static final UserPassword ANSWERED =
      new UserPassword("me", "pw", "docker-credential-test");

  @TempDir Path directory;
  private CustomerHome home;

  @BeforeEach
  void configure() throws Exception {
    home = new CustomerHome(directory);
    home.configWithHelper("test");
  }

  @Test
  void answer_isUserAndPassword() throws Exception {
    home.helper("test", ANSWER);
    assertThat(home.find()).isEqualTo(ANSWERED);
  }

  @Test
  void answer_withTheNameTokenIsAnIdentityToken() throws Exception {
    home.helper("test", "echo '{\"ServerURL\":\"x\",\"Username\":\"<token>\",\"Secret\":\"id\"}'");
    assertThat(home.find()).isEqualTo(new IdentityToken("id", "docker-credential-test"));
  }

  @Test
  void helper_getsTheServerOnStandardInputAndNothingElse() throws Exception {
    home.helper("test", "echo \"$#:$*\" > args", "cat > asked", "env > env", ANSWER);
    home.variable("PENSTOCK_TOKEN", "geheim");
    home.variable("AWS_PROFILE", "mine");

    home.find();

    assertThat(home.lines("args")).containsExactly("1:get");
    assertThat(Files.readString(home.path("asked"))).isEqualTo("registry.example");
    assertThat(home.lines("env"))
        .contains("AWS_PROFILE=mine")
        .noneMatch(line -> line.contains("PENSTOCK"));
  }

  @Test
  void helper_isAskedForDockerHubByItsOldKey() throws Exception {
    home.config("{\"credsStore\": \"test\"}");
    home.helper("test", "cat > asked", ANSWER);
    assertThat(home.find(host("https://registry-1.docker.io"), null)).isEqualTo(ANSWERED);
    assertThat(Files.readString(home.path("asked"))).isEqualTo("https://index.docker.io/v1/");
  }

  @Test
  void helper_needNotReadItsInput() throws Exception {
    home.helper("test", "exec < /dev/null", ANSWER);
    assertThat(home.find()).isEqualTo(ANSWERED);
  }

  @Test
  void notFound_isNone() throws Exception {
    home.helper("test", "echo 'credentials not found in native keychain'", "exit 1");
    assertThat(home.find()).isEqualTo(new None("docker-credential-test"));
  }

  @Test
  void emptyAnswer_isNone() throws Exception {
    home.helper("test", "echo '{\"ServerURL\":\"x\",\"Username\":\"\",\"Secret\":\"\"}'");
    assertThat(home.find()).isEqualTo(new None("docker-credential-test"));
  }

  @Test
  void notFound_inTheDefaultStoreDoesNotFallBackToAuthsAndSaysSo() throws Exception {
    home.config(
        "{\"credsStore\": \"test\", \"auths\": {\"registry.example\": {\"auth\": \"bWU6cHc=\"}}}");
    home.helper("test", "echo 'credentials not found in native keychain'", "exit 1");
    assertThat(home.find())
        .isInstanceOf(None.class)
        .extracting(Credentials::place)
        .asString()
        .startsWith("docker-credential-test (auths in ")
        .endsWith("is not used beside credsStore)");
  }

  @Test
  void failure_quotesStandardErrorAsFarAsPrintableAndNeverStandardOutput() throws Exception {
    home.helper("test", "echo geheim", "printf 'no \\033[1mrole\\n\\377' >&2", "exit 3");
    assertThat(home.failure())
        .hasMessage(
            "docker-credential-test, asked for 'registry.example', ended with 3: no ?[1mrole ?;"
                + " to see why, run: echo 'registry.example' | docker-credential-test get");
  }

  @Test
  void failure_quotesLittleOfAnEndlessComplaint() throws Exception {
    home.helper("test", "head -c 300000 /dev/zero | tr '\\0' x >&2", "exit 1");
    assertThat(home.failure().getMessage()).contains("xxx").hasSizeLessThan(600);
  }

  @Test
  void longComplaint_doesNotHoldTheAnswerUp() throws Exception {
    home.helper("test", "head -c 300000 /dev/zero >&2", ANSWER);
    assertThat(home.find()).isEqualTo(ANSWERED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "geheim",
        "{\"Username\":\"me\",\"Secret\":\"geheim\"",
        "{\"Username\":\"me\",\"Secret\":\"geheim\"} geheim",
        "[\"geheim\"]",
        "{\"Username\":\"me\",\"Secret\":[\"geheim\"]}",
        "{\"Username\":\"\",\"Secret\":\"geheim\"}",
        "{\"Username\":\"a:geheim\",\"Secret\":\"geheim\"}",
        "{\"Username\":\"geheim\",\"Secret\":\"\"}",
        "",
      })
  void garbage_isAnErrorThatQuotesNothing(String answer) throws Exception {
    home.helper("test", "echo '" + answer + "'");
    assertThat(home.failure())
        .hasNoCause()
        .hasMessageContaining("docker-credential-test, asked for 'registry.example'")
        .hasMessageNotContaining("geheim");
  }

  @Test
  void hugeAnswer_isCutOffAndTheHelperKilled() throws Exception {
    Path life = home.fifo("life");
    home.helper("test", "exec 3> life", "exec yes geheim");
    try (CredentialStore store = home.open(home.path("config.json"))) {
      CompletableFuture<Credentials> answer = store.find(HOST, APP);

      assertThat(untilAllHaveEnded(life)).isEmpty();
      assertThat(failure(answer))
          .hasMessageContaining("wrote more than 65536 bytes")
          .hasMessageNotContaining("geheim");
    }
  }

  @Test
  void slowHelper_isKilledWithItsChild() throws Exception {
    Path life = home.fifo("life");
    home.helper("test", "exec 3> life", "echo here >&3", "sleep 300 &", "wait", ANSWER);
    CredentialOptions options = withTimeout(Duration.ofSeconds(2), 1);
    try (CredentialStore store = home.open(AuthFiles.of(home.path("config.json")), options)) {
      CompletableFuture<Credentials> answer = store.find(HOST, APP);

      assertThat(untilAllHaveEnded(life)).isEqualTo("here\n");
      assertThat(failure(answer))
          .hasMessageEndingWith("was killed: it had not answered after 2000 ms");
    }
  }

  @Test
  void runningHelper_isKilledWhenTheStoreIsClosed() throws Exception {
    Path life = home.fifo("life");
    home.helper("test", "exec 3> life", "echo here >&3", "sleep 300");
    CredentialStore store = home.open(home.path("config.json"));
    CompletableFuture<Credentials> answer = store.find(HOST, APP);
    try (InputStream pipe = Files.newInputStream(life)) {
      assertThat(pipe.read()).isEqualTo('h');

      store.close();

      assertThat(new String(pipe.readAllBytes(), UTF_8)).isEqualTo("ere\n");
    }
    assertThat(failure(answer)).hasMessageContaining("shutting down");
    assertThat(failure(store.find(HOST, APP))).hasMessageContaining("shutting down");
  }

  @Test
  void childThatOutlivesItsHelper_doesNotHoldTheAnswerUp() throws Exception {
    Path stop = home.fifo("stop");
    // It holds the helper's standard output open until somebody writes to the pipe.
    home.helper("test", "cat stop &", ANSWER);
    assertThat(home.find()).isEqualTo(ANSWERED);
    Files.writeString(stop, "now");
  }

  @Test
  void missingHelper_isAnErrorThatSaysWhatToDo() throws Exception {
    assertThat(home.failure())
        .hasMessage(
            "docker-credential-test, which is to know the credentials for 'registry.example', is"
                + " not on the PATH of penstock-client; install it, or correct the file that names"
                + " it");
  }

  @Test
  void helperThatCannotRun_isAnError() throws Exception {
    home.helper("test", ANSWER);
    Files.writeString(home.path("bin/docker-credential-test"), "#!/no/such/shell\n");
    assertThat(home.failure())
        .hasMessageStartingWith(home.path("bin/docker-credential-test") + " cannot be started");
  }

  @Test
  void fileWithoutPermissionToRun_isNoHelper() throws Exception {
    home.file("bin/docker-credential-test", "#!/bin/sh\n");
    assertThat(home.failure()).hasMessageContaining("is not on the PATH");
  }

  @Test
  void severalThatAsk_shareOneRun() throws Exception {
    home.helper("test", "echo run >> runs", ANSWER);
    try (CredentialStore store = home.open(home.path("config.json"))) {
      List<CompletableFuture<Credentials>> asked =
          IntStream.range(0, 64).mapToObj(i -> store.find(HOST, APP)).toList();
      for (CompletableFuture<Credentials> answer : asked) {
        assertThat(get(answer)).isEqualTo(ANSWERED);
      }
    }
    assertThat(home.lines("runs")).hasSize(1);
  }

  @Test
  void helpers_runInBoundedNumber() throws Exception {
    home.config("{\"credsStore\": \"test\"}");
    home.helper("test", "echo + >> runs", "sleep 0.1", "echo - >> runs", ANSWER);
    CredentialOptions options = withTimeout(Duration.ofSeconds(30), 2);
    try (CredentialStore store = home.open(AuthFiles.of(home.path("config.json")), options)) {
      List<CompletableFuture<Credentials>> asked =
          IntStream.range(0, 8).mapToObj(i -> store.find(host("https://r" + i), APP)).toList();
      for (CompletableFuture<Credentials> answer : asked) {
        get(answer);
      }
    }
    assertThat(home.lines("runs")).hasSize(16);
    assertThat(running(home.lines("runs")))
        .allSatisfy(number -> assertThat(number).isBetween(0, 2));
  }

  @Test
  void answer_isKeptForItsTime() throws Exception {
    home.helper("test", "echo run >> runs", ANSWER);
    try (CredentialStore store = home.open(home.path("config.json"))) {
      get(store.find(HOST, APP));
      home.letTimePass(Duration.ofMinutes(4));
      get(store.find(HOST, APP));
      assertThat(home.lines("runs")).hasSize(1);

      home.letTimePass(Duration.ofMinutes(1));
      get(store.find(HOST, APP));
      assertThat(home.lines("runs")).hasSize(2);
    }
  }

  @Test
  void failure_isKeptForAShortTime() throws Exception {
    home.helper("test", "echo run >> runs", "exit 1");
    try (CredentialStore store = home.open(home.path("config.json"))) {
      failure(store.find(HOST, APP));
      failure(store.find(HOST, APP));
      assertThat(home.lines("runs")).hasSize(1);

      home.letTimePass(OPTIONS.keepFailures());
      home.helper("test", "echo 'credentials not found in native keychain'", "exit 1");
      assertThat(get(store.find(HOST, APP))).isInstanceOf(None.class);

      home.letTimePass(OPTIONS.keepFailures());
      home.helper("test", ANSWER);
      assertThat(get(store.find(HOST, APP))).isEqualTo(ANSWERED);
    }
  }

  @Test
  void refusedAnswer_isDroppedUnlessItIsNew() throws Exception {
    home.helper("test", "echo run >> runs", ANSWER);
    try (CredentialStore store = home.open(home.path("config.json"))) {
      Credentials old = get(store.find(HOST, APP));
      store.refused(old);
      get(store.find(HOST, APP));
      assertThat(home.lines("runs")).as("asked again at once").hasSize(1);

      home.letTimePass(OPTIONS.keepFailures());
      store.refused(new UserPassword("me", "other", "docker-credential-test"));
      get(store.find(HOST, APP));
      assertThat(home.lines("runs")).as("others were refused").hasSize(1);

      store.refused(old);
      get(store.find(HOST, APP));
      assertThat(home.lines("runs")).as("these were refused").hasSize(2);
    }
  }

  private static CredentialOptions withTimeout(Duration timeout, int maxHelpers) {
    return new CredentialOptions(
        timeout,
        OPTIONS.maxHelperOutputBytes(),
        maxHelpers,
        OPTIONS.keepAnswers(),
        OPTIONS.keepFailures());
  }

  /** What was written to the pipe by processes that had it open, all of which have ended. */
  private static String untilAllHaveEnded(Path fifo) throws Exception {
    try (InputStream pipe = Files.newInputStream(fifo)) {
      return new String(pipe.readAllBytes(), UTF_8);
    }
  }

  /** How many ran after each line: + for a start, - for an end. */
  private static List<Integer> running(List<String> lines) {
    List<Integer> numbers = new ArrayList<>();
    int number = 0;
    for (String line : lines) {
      number += line.equals("+") ? 1 : -1;
      numbers.add(number);
    }
    return numbers;
  }
}
