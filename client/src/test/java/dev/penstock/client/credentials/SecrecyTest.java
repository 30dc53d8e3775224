package dev.penstock.client.credentials;

import static dev.penstock.client.credentials.CustomerHome.APP;
import static dev.penstock.client.credentials.CustomerHome.HOST;
import static dev.penstock.client.credentials.CustomerHome.OPTIONS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the files and helpers do, nothing that is printed or thrown holds a secret. */
@Timeout(60)
final class SecrecyTest {
  private static final String SECRET = "geheim";
  private static final String BASE64 = base64("me:" + SECRET);

  @TempDir Path directory;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<String> shown = new ArrayList<>();
  private CustomerHome home;

  @BeforeEach
  void captureTheLog() {
    home = new CustomerHome(directory);
    home.variable("PENSTOCK_TOKEN", SECRET);
    log.start();
    root().addAppender(log);
    logger().setLevel(Level.TRACE);
  }

  @AfterEach
  void releaseTheLog() {
    root().detachAppender(log);
    logger().setLevel(null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'auth': '@'}",
        "{'auth': '@', 'identitytoken': 'geheim'}",
        "{'registrytoken': 'geheim'}",
        "{'registrytoken': 'geheim\\u0000'}",
        "{'username': 'geheim', 'password': 'geheim'}",
        "{'username': 'geheim:', 'password': 'geheim'}",
        "{'auth': 'geheim~'}",
        "{'auth': 'Z2VoZWlt'}",
        "{'auth': {'geheim': '@'}}",
        "'geheim'",
        "{'auth': '@' 'geheim': 1}",
        "{'auth': '@', geheim}",
        "{'auth': \"'geheim\"\"}",
        "{'geheim': {'geheim': ",
        "{'auth': '\\x@'}",
      })
  void files_showNoSecret(String entry) throws Exception {
    String json =
        "{'auths': {'registry.example': "
            + entry.replace("@", BASE64)
            + "}, 'x': '"
            + SECRET
            + "'}";
    show(json.replace('\'', '"'), OPTIONS);
    assertNoSecret();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo '{\"Username\":\"me\",\"Secret\":\"geheim\"}'",
        "echo '{\"Username\":\"<token>\",\"Secret\":\"geheim\"}'",
        "echo '{\"Username\":\"geheim:geheim\",\"Secret\":\"geheim\"}'",
        "echo '{\"Username\":\"geheim\",\"Secret\":\"\"}'",
        "echo '{\"Username\":\"me\",\"Secret\":{\"geheim\":\"geheim\"}}'",
        "echo '{\"Username\":\"me\" \"geheim\"'",
        "echo geheim",
        "echo geheim; exit 1",
        "echo '{\"Username\":\"me\",\"Secret\":\"geheim\"}'; exit 1",
        "echo '{\"Username\":\"me\",\"Secret\":\"geheim\"}'; kill -9 $$",
        "echo geheim; exec sleep 30",
        "exec yes geheim",
      })
  void helpers_showNoSecret(String script) throws Exception {
    home.helper("test", script);
    CredentialOptions options =
        new CredentialOptions(
            Duration.ofSeconds(1), 1024, 1, OPTIONS.keepAnswers(), OPTIONS.keepFailures());
    show("{\"credHelpers\": {\"registry.example\": \"test\"}}", options);
    assertNoSecret();
  }

  /** Looks up in a file that was empty at first, so that a broken one is logged as well. */
  private void show(String json, CredentialOptions options) throws Exception {
    Path file = home.config("{}");
    try (CredentialStore store = home.open(AuthFiles.of(file), options)) {
      Files.writeString(file, json);
      show(store.find(HOST, APP));
      shown.add(store.toString());
    }
    try (CredentialStore store = home.open(AuthFiles.of(file), options)) {
      show(store.find(HOST, null));
    } catch (CredentialsException e) {
      shown.add(trace(e));
    }
  }

  private void show(CompletableFuture<Credentials> answer) throws Exception {
    answer
        .handle(
            (found, failure) ->
                shown.add(failure == null ? found + " " + found.place() : trace(failure)))
        .get(30, TimeUnit.SECONDS);
    shown.add(answer.toString());
  }

  private void assertNoSecret() {
    log.list.forEach(event -> shown.add(event.getFormattedMessage()));
    assertThat(shown)
        .hasSizeGreaterThanOrEqualTo(4)
        .allSatisfy(
            text ->
                assertThat(text).doesNotContain(SECRET, BASE64, base64(SECRET).substring(0, 6)));
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static Logger root() {
    return (Logger) org.slf4j.LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private static Logger logger() {
    return (Logger) org.slf4j.LoggerFactory.getLogger("dev.penstock.client.credentials");
  }
}
