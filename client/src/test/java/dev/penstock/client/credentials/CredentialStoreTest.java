package dev.penstock.client.credentials;

import static dev.penstock.client.credentials.CustomerHome.APP;
import static dev.penstock.client.credentials.CustomerHome.HOST;
import static dev.penstock.client.credentials.CustomerHome.OPTIONS;
import static dev.penstock.client.credentials.CustomerHome.failure;
import static dev.penstock.client.credentials.CustomerHome.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.penstock.client.credentials.Credentials.None;
import dev.penstock.client.credentials.Credentials.UserPassword;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Several files, and files that change. */
@Timeout(60)
final class CredentialStoreTest {
  @TempDir Path directory;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private CustomerHome home;

  @BeforeEach
  void captureTheLog() {
    home = new CustomerHome(directory);
    log.start();
    logger().addAppender(log);
    logger().setLevel(Level.TRACE);
  }

  @AfterEach
  void releaseTheLog() {
    logger().detachAppender(log);
    logger().setLevel(null);
  }

  @Test
  void search_takesTheFirstFileThatHasCredentials() throws Exception {
    home.file(".docker/config.json", auths("docker"));
    try (CredentialStore store = home.open(search(), OPTIONS)) {
      assertThat(get(store.find(HOST, APP)))
          .isEqualTo(user("docker", home.path(".docker/config.json")));

      // A file that comes later, where there was none.
      home.file(".config/containers/auth.json", auths("podman"));
      assertThat(get(store.find(HOST, APP)))
          .isEqualTo(user("podman", home.path(".config/containers/auth.json")));
    }
  }

  @Test
  void search_goesOnAfterAHelperThatHasNone() throws Exception {
    home.file(
        ".config/containers/auth.json", "{\"credHelpers\": {\"registry.example\": \"none\"}}");
    home.helper("none", "echo 'credentials not found in native keychain'", "exit 1");
    home.file(".docker/config.json", auths("docker"));
    try (CredentialStore store = home.open(search(), OPTIONS)) {
      assertThat(get(store.find(HOST, APP)))
          .isEqualTo(user("docker", home.path(".docker/config.json")));
    }
  }

  @Test
  void search_thatFindsNothingNamesWhereItLooked() throws Exception {
    home.file(".docker/config.json", "{}");
    try (CredentialStore store = home.open(search(), OPTIONS)) {
      assertThat(get(store.find(HOST, APP)))
          .isEqualTo(
              new None(
                  "%s (not there), %s"
                      .formatted(
                          home.path(".config/containers/auth.json"),
                          home.path(".docker/config.json"))));
    }
  }

  @Test
  void search_stopsAtABrokenFile() throws Exception {
    home.file(".config/containers/auth.json", "{");
    home.file(".docker/config.json", auths("docker"));
    assertThatThrownBy(() -> home.open(search(), OPTIONS))
        .isInstanceOf(CredentialsException.class)
        .hasMessageContaining("containers/auth.json is not JSON");
  }

  @Test
  void explicitFile_mustBeThere() {
    assertThatThrownBy(() -> home.open(home.path("config.json")))
        .isInstanceOf(CredentialsException.class)
        .hasMessage(home.path("config.json") + " does not exist");
  }

  @Test
  void explicitFile_mustBeAFile() throws Exception {
    for (Path path : List.of(directory, home.fifo("pipe"))) {
      assertThatThrownBy(() -> home.open(path))
          .isInstanceOf(CredentialsException.class)
          .hasMessage(path + " is not a file");
    }
  }

  @Test
  void changedFile_isReadAgain() throws Exception {
    Path file = home.config(auths("old"));
    try (CredentialStore store = home.open(file)) {
      assertThat(get(store.find(HOST, APP))).isEqualTo(user("old", file));

      Files.writeString(file, auths("new"));
      assertThat(get(store.find(HOST, APP))).isEqualTo(user("new", file));
    }
    assertThat(messages()).containsExactly("credentials reloaded from " + file);
  }

  @Test
  void unchangedFile_isNotReadAgain() throws Exception {
    Path file = home.config(auths("old"));
    FileTime date = Files.getLastModifiedTime(file);
    try (CredentialStore store = home.open(file)) {
      // Other content under the old stamp: who sees it has read.
      Files.writeString(file, auths("new"));
      Files.setLastModifiedTime(file, date);
      assertThat(get(store.find(HOST, APP))).isEqualTo(user("old", file));
    }
  }

  @Test
  void secondChangeWithinOneTickOfTheClock_isSeen() throws Exception {
    Path file = home.config(auths("old"));
    FileTime now = FileTime.from(Instant.now());
    Files.setLastModifiedTime(file, now);
    try (CredentialStore store = home.open(file)) {
      Files.writeString(file, auths("new"));
      Files.setLastModifiedTime(file, now);
      assertThat(get(store.find(HOST, APP))).isEqualTo(user("new", file));
    }
  }

  @Test
  void replacedLink_isFollowed() throws Exception {
    // As Kubernetes mounts secrets.
    Path old = home.file("old/config.json", auths("old"));
    Path fresh = home.file("new/config.json", auths("new"));
    Path link = Files.createSymbolicLink(home.path("link.json"), old);
    try (CredentialStore store = home.open(link)) {
      assertThat(get(store.find(HOST, APP))).isEqualTo(user("old", link));
      Files.delete(link);
      Files.createSymbolicLink(link, fresh);
      assertThat(get(store.find(HOST, APP))).isEqualTo(user("new", link));
    }
  }

  @Test
  void fileThatBreaks_staysInForceAsItWasAndTheLogSaysSoOnce() throws Exception {
    Path file = home.config(auths("old"));
    try (CredentialStore store = home.open(file)) {
      Files.writeString(file, "{\"auths\": geheim");
      for (int i = 0; i < 3; i++) {
        assertThat(get(store.find(HOST, APP))).isEqualTo(user("old", file));
      }
      assertThat(messages())
          .singleElement()
          .asString()
          .startsWith(file + " is not JSON (line 1 column ")
          .endsWith("); what it said before stays in force")
          .doesNotContain("geheim");

      Files.writeString(file, auths("mended"));
      assertThat(get(store.find(HOST, APP))).isEqualTo(user("mended", file));
    }
  }

  @Test
  void fileThatCannotBeReadAndThenIsTakenAway_isGone() throws Exception {
    Path file = home.config(auths("old"));
    try (CredentialStore store = home.open(file)) {
      Files.delete(file);
      Files.createDirectory(file);
      for (int i = 0; i < 2; i++) {
        assertThat(get(store.find(HOST, APP))).isEqualTo(user("old", file));
      }
      assertThat(messages())
          .containsExactly(file + " is not a file; what it said before stays in force");
      Files.delete(file);
      for (int i = 0; i < 2; i++) {
        assertThat(failure(store.find(HOST, APP))).hasMessage(file + " does not exist");
      }
    }
  }

  @Test
  void fileThatIsTakenAway_isGone() throws Exception {
    Path file = home.config(auths("old"));
    try (CredentialStore store = home.open(file)) {
      Files.delete(file);
      assertThat(failure(store.find(HOST, APP))).hasMessage(file + " does not exist");
      home.config(auths("new"));
      assertThat(get(store.find(HOST, APP))).isEqualTo(user("new", file));
    }
  }

  @Test
  void find_doesNotBlockTheCaller() throws Exception {
    Path go = home.fifo("go");
    home.helper("waits", "cat go", "echo '{\"Username\":\"me\",\"Secret\":\"pw\"}'");
    try (CredentialStore store = home.open(home.configWithHelper("waits"))) {
      CompletableFuture<Thread> completing =
          store.find(HOST, APP).thenApply(found -> Thread.currentThread());
      assertThat(completing).isNotDone();

      Files.writeString(go, " ");

      Thread thread = completing.get(20, TimeUnit.SECONDS);
      assertThat(thread.getName()).isEqualTo("penstock-credential-helper-1");
      assertThat(thread.isDaemon()).isTrue();
    }
  }

  @Test
  void find_ofAFileIsNotHeldUpByHelpers() throws Exception {
    Path go = home.fifo("go");
    home.helper("waits", "cat go");
    home.config("{\"credHelpers\": {\"slow.example\": \"waits\"}, " + auths("me").substring(1));
    CredentialOptions one =
        new CredentialOptions(
            OPTIONS.helperTimeout(), 1024, 1, OPTIONS.keepAnswers(), OPTIONS.keepFailures());
    try (CredentialStore store = home.open(AuthFiles.of(home.path("config.json")), one)) {
      CompletableFuture<Credentials> slow =
          store.find(CustomerHome.host("https://slow.example"), APP);
      assertThat(get(store.find(HOST, APP))).isInstanceOf(UserPassword.class);
      assertThat(slow).isNotDone();
      Files.writeString(go, "{}");
      assertThat(get(slow)).isInstanceOf(None.class);
    }
  }

  private AuthFiles search() {
    return AuthFiles.search(home.environment());
  }

  private static UserPassword user(String name, Path file) {
    return new UserPassword(name, "pw", "auths in " + file);
  }

  private static String auths(String user) {
    String auth = Base64.getEncoder().encodeToString((user + ":pw").getBytes(UTF_8));
    return "{\"auths\": {\"registry.example\": {\"auth\": \"%s\"}}}".formatted(auth);
  }

  private List<String> messages() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger("dev.penstock.client.credentials");
  }
}
