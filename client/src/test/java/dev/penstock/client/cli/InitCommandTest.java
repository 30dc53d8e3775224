package dev.penstock.client.cli;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.registry.FakeHttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Answers as lines, and the files that come of them; the larger ones are kept as golden files. */
@Timeout(120)
final class InitCommandTest {
  private static final String FOUR_ANSWERS =
      lines("wss://penstock.example", "acme", "hidden-token", "https://registry.internal", "none");

  private static final String ANSWERS = FOUR_ANSWERS + lines("team/** base/*");

  @TempDir Path directory;

  @Test
  void fiveAnswers_makeAFileThatTheClientReads() throws IOException {
    Ran init = init(ANSWERS, "--offline");
    assertThat(init.err()).isEmpty();
    assertThat(init.code()).isZero();
    assertThat(init.out() + init.err()).doesNotContain("hidden");
    assertThat(text("penstock.yaml")).isEqualTo(golden("penstock.yaml"));
    assertThat(text("token")).isEqualTo("hidden-token\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path("token"))))
        .isEqualTo("rw-------");
    ClientConfig config = read();
    assertThat(config.token().read()).isEqualTo("hidden-token");
    assertThat(config.tunnel()).isEqualTo("acme");
    assertThat(config.policy().rules().get(0).repositories()).hasSize(2);
  }

  @Test
  void wrongAnswers_areExplained_andAskedForAgain() {
    Ran init =
        init(
            lines("http://x", "wss://penstock.example", "No", "acme", "two words", "", "hidden")
                + lines("ftp://r", "https://registry.internal", "perhaps", "none", "", "A//b", "a"),
            "--offline");
    assertThat(init.code()).isZero();
    assertThat(init.out())
        .contains(
            "server: accepted is ws://",
            "tunnel: accepted is 1 to 63",
            "one line of printable ASCII",
            "its URL must be http://",
            "answer none, user or docker",
            "Please name at least one",
            "That is not right: allow ");
    assertThat(read().policy().rules().get(0).repositories()).hasToString("[a]");
  }

  @Test
  void peersAreTried_andAnUnreachableOneIsKeptOnRequestOnly() throws IOException {
    try (FakeHttpServer peer = new FakeHttpServer((request, out) -> reply(out, 200))) {
      String url = peer.uri().toString();
      Ran init =
          init(
              lines("ws://127.0.0.1:1", "n", url.replace("http", "ws"), "acme", "hidden-token")
                  + lines("http://127.0.0.1:1", "y", "none", "team/**"));
      assertThat(init.code()).isZero();
      assertThat(init.out()).contains("Keep it anyway? [y/N]", "ok: " + url.replace("http", "ws"));
      assertThat(read().server()).hasToString(url.replace("http", "ws"));
      assertThat(read().registries().get(0).uri()).hasToString("http://127.0.0.1:1");
    }
  }

  @Test
  void userAndPassword_areTried_andThePasswordIsKeptInAFile() throws IOException {
    String right = "Basic " + Base64.getEncoder().encodeToString("ann:hidden pass".getBytes(UTF_8));
    try (FakeHttpServer peer =
        new FakeHttpServer(
            (request, out) ->
                reply(
                    out,
                    right.equals(request.header("Authorization")) ? 200 : 401,
                    Map.of("WWW-Authenticate", "Basic realm=x"),
                    new byte[0]))) {
      Ran init =
          init(
              lines(peer.uri().toString(), "user", "ann", "hidden-wrong", "n")
                  + lines("user", "ann", "hidden pass"),
              "--server",
              peer.uri().toString().replace("http", "ws"),
              "--tunnel",
              "acme",
              "--token-file",
              "t",
              "--allow",
              "**");
      assertThat(init.err()).isEmpty();
      assertThat(init.code()).isZero();
      assertThat(init.out())
          .contains("asks for credentials", "refuses the credentials", "and takes user 'ann'")
          .doesNotContain("hidden");
      assertThat(text("registry-password")).isEqualTo("hidden pass\n");
      assertThat(
              Objects.requireNonNull(read().registries().get(0).credentials())
                  .password()
                  .readPassword())
          .isEqualTo("hidden pass");
      assertThat(path("token")).doesNotExist();
    }
  }

  @Test
  void givenSettings_areNotAskedFor_andAllOfThemAreWritten() throws IOException {
    Ran init =
        init(
            "",
            Stream.concat(
                    Stream.of(given()), Stream.of("--registry-auth-file", "default", "--offline"))
                .toArray(String[]::new));
    assertThat(init.err()).isEmpty();
    assertThat(init.code()).isZero();
    assertThat(keys("penstock.yaml"))
        .containsEntry("max-streams", "7")
        .containsEntry("registry-auth-file", "default")
        .containsEntry("registry", List.of("a=https://a.internal", "b=https://b.internal"));
    assertThat(read().maxStreams()).isEqualTo(7);
  }

  @Test
  void policyFile_isReadAndHeldAgainstTheRegistries_inPlaceOfTheFifthQuestion() throws IOException {
    Path policy = Files.writeString(path("policy.yaml"), "rules: [{allow: [team/**]}]\n");
    Ran init = init(FOUR_ANSWERS, "--offline", "--policy-file", policy.toString());
    assertThat(init.err()).isEmpty();
    assertThat(init.code()).isZero();
    assertThat(init.out()).contains("ok: policy-file: rules=1").doesNotContain("may be read");
    assertThat(read().policyFile()).isEqualTo(policy);
    assertThat(keys("penstock.yaml")).doesNotContainKey("allow");
    Files.writeString(policy, "rules: [{allow: [team/**], registries: [hub]}]\n");
    Ran doubtful = init(FOUR_ANSWERS, "--offline", "--force", "--policy-file", policy.toString());
    assertThat(doubtful.code()).isZero();
    assertThat(doubtful.out())
        .contains("warning: ", "registries that this client does not have: [hub]");
  }

  @ParameterizedTest
  @CsvSource({
    "'rules: [{alow: [team/**]}]', has a key 'alow'",
    "'rules: team', must be a list of rules",
    ", cannot be read (NoSuchFileException)"
  })
  void policyFileThatIsWrong_isSaidBeforeTheFirstQuestion(String text, String reason)
      throws IOException {
    Path policy = path("policy.yaml");
    if (text != null) {
      Files.writeString(policy, text);
    }
    Path there = path("out");
    Ran init =
        init("", "--offline", "--directory", there.toString(), "--policy-file", policy.toString());
    assertThat(init.code()).isEqualTo(2);
    assertThat(init.out()).isEmpty();
    assertThat(init.err())
        .contains(
            policy.toString(), reason, "policy test --policy-file " + policy + " …' tries it");
    assertThat(there).doesNotExist();
  }

  @Test
  void policyFileBesideAllow_isWrongUse() {
    Ran init = init(ANSWERS, "--offline", "--policy-file", "p", "--allow", "**");
    assertThat(init.code()).isEqualTo(2);
    assertThat(init.err()).contains("policy-file and allow: give one of them");
  }

  @Test
  void whatIsThere_isKept_unlessForced() throws IOException {
    Files.writeString(path("token"), "mine");
    Ran refused = init(ANSWERS, "--offline");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains(path("token") + " is there already; --force replaces it");
    assertThat(refused.out()).as("before the first question").isEmpty();
    assertThat(text("token")).isEqualTo("mine");
    assertThat(path("penstock.yaml")).doesNotExist();
    assertThat(init(ANSWERS, "--offline", "--force").code()).isZero();
    assertThat(text("token")).isEqualTo("hidden-token\n");
  }

  @Test
  void inputThatEndsEarly_saysAtWhichQuestion() {
    Ran init = init(lines("wss://penstock.example"), "--offline");
    assertThat(init.code()).isEqualTo(2);
    assertThat(init.err()).contains("the input ended before an answer to 'Tunnel id");
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({"--format, toml", "--tunnel, NO", "--max-streams, x"})
  void wrongOption_isWrongUse(String option, String value) {
    Ran init = init(ANSWERS, "--offline", option, value);
    assertThat(init.code()).isEqualTo(2);
    assertThat(init.err()).contains(value.equals("NO") ? "tunnel" : value);
  }

  @ParameterizedTest
  @CsvSource({
    "systemd, penstock-client.service",
    "docker, compose.yaml",
    "kubernetes, penstock-client.kubernetes.yaml"
  })
  void units_areAsTheGoldenOnes(String format, String file) throws IOException {
    Path ca = Files.writeString(path("ca.pem"), "-----BEGIN CERTIFICATE-----\nMII=\n");
    Path policies = Files.createDirectory(path("policies"));
    Path policy =
        Files.writeString(policies.resolve("policy.yaml"), "rules:\n  - allow: [team/**]\n");
    Ran init =
        init(
            FOUR_ANSWERS,
            "--offline",
            "--format",
            format,
            "--registry-ca",
            ca.toString(),
            "--policy-file",
            policy.toString(),
            "--audit-file",
            "/var/log/penstock/audit.jsonl",
            "--shutdown-grace",
            "1m");
    assertThat(init.err()).isEmpty();
    assertThat(init.code()).isZero();
    assertThat(text(file)).isEqualTo(golden(file));
  }

  @Test
  void manifest_isSafeByDefault_andASecret() throws IOException {
    assertThat(init(ANSWERS, "--offline", "--format", "kubernetes", "--image", "r/p:1").code())
        .isZero();
    Path file = path("penstock-client.kubernetes.yaml");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    List<Object> documents =
        Stream.of(Files.readString(file).split("(?m)^---$", -1)).map(yaml::<Object>load).toList();
    assertThat(at(documents.get(0), "stringData", "token-file")).isEqualTo("hidden-token\n");
    Object configMap = at(documents.get(1), "data", "penstock.yaml");
    assertThat(configMap.toString())
        .contains("token-file: /etc/penstock/secrets/token-file")
        .doesNotContain("hidden");
    Object pod = at(documents.get(2), "spec", "template", "spec");
    assertThat(at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
    assertThat(at(pod, "terminationGracePeriodSeconds")).isEqualTo(30);
    Object container = ((List<?>) at(pod, "containers")).get(0);
    assertThat(at(container, "image")).isEqualTo("r/p:1");
    assertThat(at(container, "securityContext", "readOnlyRootFilesystem")).isEqualTo(true);
    assertThat(at(container, "securityContext", "allowPrivilegeEscalation")).isEqualTo(false);
  }

  @Test
  void dockersFile_isFoundForAContainer_orMissedBeforeAnythingIsWritten() throws IOException {
    String[] arguments = {
      "init",
      "--directory",
      path("out").toString(),
      "--offline",
      "--format",
      "kubernetes",
      "--registry-auth-file",
      "default"
    };
    Map<String, String> home = Map.of("HOME", directory.toString());
    Ran missed = Ran.with(home, ANSWERS.replace("none\n", ""), arguments);
    assertThat(missed.code()).isEqualTo(2);
    assertThat(missed.err())
        .contains("registry-auth-file: there is none of", ".docker/config.json");
    assertThat(path("out")).doesNotExist();
    Files.createDirectories(path(".docker"));
    Files.writeString(path(".docker/config.json"), "{\"auths\":{}}");
    assertThat(Ran.with(home, ANSWERS.replace("none\n", ""), arguments).code()).isZero();
    assertThat(text("out/penstock-client.kubernetes.yaml"))
        .contains(
            "registry-auth-file: '{\"auths\":{}}'",
            "registry-auth-file: /etc/penstock/secrets/registry-auth-file");
  }

  @Test
  void compose_isSafeByDefault() throws IOException {
    assertThat(init(ANSWERS, "--offline", "--format", "docker").code()).isZero();
    Object service = at(keys("compose.yaml"), "services", "penstock-client");
    assertThat(at(service, "read_only")).isEqualTo(true);
    assertThat(at(service, "user").toString()).doesNotStartWith("0:").matches("\\d+:\\d+");
    assertThat(at(service, "cap_drop")).isEqualTo(List.of("ALL"));
  }

  private Ran init(String answers, String... arguments) {
    boolean isElsewhere = List.of(arguments).contains("--directory");
    return Ran.with(
        Map.of(),
        answers,
        Stream.of(
                new String[] {"init"},
                isElsewhere ? new String[0] : new String[] {"--directory", directory.toString()},
                arguments)
            .flatMap(Stream::of)
            .toArray(String[]::new));
  }

  private static String[] given() {
    return ("--server wss://penstock.example --tunnel acme --token-file /run/token"
            + " --registry a=https://a.internal --registry b=https://b.internal --allow **"
            + " --max-streams 7 --proxy http://bob@proxy:3128 --proxy-password-file /run/p")
        .split(" ", -1);
  }

  private ClientConfig read() {
    return new SettingLayers(
            setting -> List.of(), Map.of(), YamlSettings.read(path("penstock.yaml")))
        .config();
  }

  private Map<String, Object> keys(String file) throws IOException {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(text(file));
  }

  private static Object at(Object root, String... keys) {
    Object value = root;
    for (String key : keys) {
      value = Objects.requireNonNull(((Map<?, ?>) value).get(key), key);
    }
    return value;
  }

  private Path path(String name) {
    return directory.resolve(name);
  }

  private String text(String name) throws IOException {
    return Files.readString(path(name));
  }

  /** With what is different on each machine put in. */
  private String golden(String name) throws IOException {
    try (InputStream in =
        InitCommandTest.class.getResourceAsStream("/dev/penstock/client/setup/" + name)) {
      int user = (int) Files.getAttribute(directory, "unix:uid");
      int group = (int) Files.getAttribute(directory, "unix:gid");
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8)
          .replace("@DIRECTORY@", directory.toString())
          .replace("@JAVA_HOME@", javaHome())
          .replace("@UID@", user == 0 ? "65532" : "" + user)
          .replace("@GID@", user == 0 ? "65532" : "" + group);
    }
  }

  private static String javaHome() {
    return Files.isExecutable(Path.of("/usr/bin/java"))
        ? ""
        : "Environment=\"JAVA_HOME=" + System.getProperty("java.home") + "\"\n";
  }

  private static String lines(String... lines) {
    return String.join("\n", lines) + "\n";
  }
}
