package dev.penstock.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.PenstockClient;
import dev.penstock.client.Setting;
import dev.penstock.client.credentials.PasswordSource;
import dev.penstock.client.policy.RepositoryPattern;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

final class RunCommandTest {
  private static final String[] REQUIRED = {
    "--server", "ws://flag:1", "--tunnel", "acme", "--token-file", "t", "--registry", "http://r:1"
  };

  @TempDir Path directory;
  private final Map<String, String> environment = new HashMap<>();

  @Test
  void documentedCommandLine_isUnderstood() {
    ClientConfig config =
        parse(
            ("--server ws://127.0.0.1:8080 --tunnel acme --token-file F"
                    + " --registry http://127.0.0.1:5000 --registry b=https://r"
                    + " --allow team/** --allow base/*")
                .split(" ", -1));
    assertThat(config.server()).hasToString("ws://127.0.0.1:8080");
    assertThat(config.token()).hasToString("F");
    assertThat(config.registries()).hasSize(2);
    assertThat(config.policy().rules().get(0).repositories())
        .containsExactly(new RepositoryPattern("team/**"), new RepositoryPattern("base/*"));
  }

  @Test
  void flagWinsOverVariableOverFileOverDefault() throws IOException {
    String file = yaml("max-streams: 3");
    assertThat(config("--config", file).maxStreams()).isEqualTo(3);
    environment.put("PENSTOCK_MAX_STREAMS", "4");
    assertThat(config("--config", file).maxStreams()).isEqualTo(4);
    assertThat(config("--config", file, "--max-streams", "5").maxStreams()).isEqualTo(5);
    environment.clear();
    assertThat(config().maxStreams()).isEqualTo(100);
  }

  @Test
  void listsOfOnePlaceReplaceThoseOfAnother() throws IOException {
    String file = yaml("allow: [file/a, file/b]");
    assertThat(allowed("--config", file)).containsExactly("file/a", "file/b");
    environment.put("PENSTOCK_ALLOW", "env/a, env/b");
    assertThat(allowed("--config", file)).containsExactly("env/a", "env/b");
    assertThat(allowed("--config", file, "--allow", "flag/**")).containsExactly("flag/**");
  }

  @Test
  void everythingCanComeFromTheFile() throws IOException {
    environment.put(
        "PENSTOCK_CONFIG",
        yaml(
            "server: wss://file:443",
            "tunnel: acme",
            "token-file: /run/token",
            "registry: main=http://127.0.0.1:5000",
            "allow: team/**",
            "handshake-timeout: 3s"));
    ClientConfig config = parse(new String[0]);
    assertThat(config.server()).hasToString("wss://file:443");
    assertThat(config.registries().get(0).name()).isEqualTo("main");
    assertThat(config.handshakeTimeout()).hasSeconds(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max-stream: 3", "max-streams: 3\nmax-streams: 4", "- a", "", "max-streams: [1]",
        "max-streams: {a: 1}", "max-streams:", "a: [", "1: 2", "!!java.io.File [x]"
      })
  void wrongFile_isRefusedByName(String content) throws IOException {
    String file = yaml(content);
    assertThatThrownBy(() -> config("--config", file))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining("config: ")
        .hasMessageContaining(file);
  }

  @Test
  void wrongValue_namesItsPlace() throws IOException {
    assertThatThrownBy(() -> config("--max-streams", "x"))
        .hasMessageContaining("max-streams is 'x'")
        .hasMessageContaining("given by --max-streams");
    environment.put("PENSTOCK_ALLOW", "A");
    assertThatThrownBy(() -> config()).hasMessageContaining("given by PENSTOCK_ALLOW");
  }

  @Test
  void everySettingHasItsFlag() {
    CommandSpec spec = RunCommand.spec(Map.of());
    assertThat(Stream.of(Setting.values()).map(setting -> "--" + setting.key()))
        .allSatisfy(flag -> assertThat(spec.findOption(flag)).isNotNull());
  }

  @Test
  void secretsInTheEnvironment_areUsedAndNeverShown() throws IOException {
    environment.put("PENSTOCK_TOKEN", "hidden-token\n");
    environment.put("PENSTOCK_REGISTRY_PASSWORD", "hidden password");
    environment.put("PENSTOCK_PROXY_PASSWORD", "hidden-proxy");
    ClientConfig config =
        parse(
            ("--server ws://h --tunnel acme --registry http://r --registry-username ann"
                    + " --proxy http://bob@p:1")
                .split(" ", -1));
    assertThat(config.token().read()).isEqualTo("hidden-token");
    assertThat(password(config).readPassword()).isEqualTo("hidden password");
    assertThat(proxyPassword(config).readPassword()).isEqualTo("hidden-proxy");
    assertThat(config.toString())
        .doesNotContain("hidden")
        .contains("PENSTOCK_TOKEN", "PENSTOCK_REGISTRY_PASSWORD", "PENSTOCK_PROXY_PASSWORD");
  }

  @Test
  void secretsVariable_isOfTheEnvironment_belowFlagsAndAboveTheFile() throws IOException {
    environment.put("PENSTOCK_TOKEN", "hidden");
    assertThat(config().token()).as("the flag").hasToString("t");
    String[] withoutFlag =
        ("--server ws://h --tunnel acme --registry http://r --config "
                + yaml("token-file: from-yaml"))
            .split(" ", -1);
    assertThat(parse(withoutFlag).token()).hasToString("PENSTOCK_TOKEN");
    environment.remove("PENSTOCK_TOKEN");
    environment.put("PENSTOCK_TOKEN_FILE", "named");
    assertThat(parse(withoutFlag).token()).hasToString("named");
    environment.clear();
    assertThat(parse(withoutFlag).token()).hasToString("from-yaml");
  }

  @ParameterizedTest
  @EnumSource(SecretVariable.class)
  void secretAndItsFileBothInTheEnvironment_areRefusedByName(SecretVariable secret) {
    assertThat(secret.file().variable()).isEqualTo(secret.name() + "_FILE");
    environment.put(secret.name(), "hidden");
    environment.put(secret.file().variable(), "/run/secret");
    String[] arguments = "--server ws://h --tunnel acme --registry http://r".split(" ", -1);
    assertThatThrownBy(() -> parse(arguments))
        .hasMessageContaining(
            secret.name() + " and " + secret.name() + "_FILE are both set; give one of them")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void emptyVariableOfASecret_isNone() {
    environment.put("PENSTOCK_TOKEN", " ");
    environment.put("PENSTOCK_TOKEN_FILE", "named");
    assertThat(parse("--server ws://h --tunnel acme --registry http://r".split(" ", -1)).token())
        .hasToString("named");
  }

  @ParameterizedTest
  @ValueSource(strings = {"token", "registry-password", "proxy-password"})
  void secrets_haveNeitherFlagNorKey(String name) throws IOException {
    assertThatThrownBy(() -> config("--" + name, "hidden"))
        .isInstanceOf(CommandLine.UnmatchedArgumentException.class);
    String file = yaml(name + ": hidden");
    assertThatThrownBy(() -> config("--config", file))
        .hasMessageContaining("has no setting '" + name + "'")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void unusableSecretInTheEnvironment_isNamedAndNotShown() {
    environment.put("PENSTOCK_TOKEN", "two words");
    ClientConfig config = parse("--server ws://h --tunnel acme --registry http://r".split(" ", -1));
    assertThatThrownBy(() -> PenstockClient.start(config))
        .hasMessage("PENSTOCK_TOKEN is empty or not one line of printable ASCII");
  }

  @Test
  void noToken_isSaidWithBothWaysToGiveOne() {
    assertThatThrownBy(
            () -> parse("--server ws://h --tunnel acme --registry http://r".split(" ", -1)))
        .hasMessageContaining("token-file, or the variable PENSTOCK_TOKEN, is missing");
  }

  @Test
  void readme_hasARowForEverySecretVariable() throws IOException {
    assertThat(Files.readString(Path.of("README.md")))
        .contains(
            Stream.of(SecretVariable.values()).map(secret -> "| `" + secret + "` |").toList());
  }

  @Test
  void wrongUse_exitsWith2AndOneReason() {
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine(Map.of(), InputStream.nullInputStream()).setErr(new PrintWriter(err));
    assertThat(commandLine.execute("run", "--server", "http://x")).isEqualTo(2);
    assertThat(err.toString()).hasLineCount(2).startsWith("penstock-client: ");
    assertThat(commandLine.execute("run", "--no-such-flag")).isEqualTo(2);
  }

  @Test
  void unreadableToken_exitsWith2AndOneReason() {
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine(Map.of(), InputStream.nullInputStream()).setErr(new PrintWriter(err));
    int code =
        commandLine.execute(
            "run",
            "--server",
            "ws://127.0.0.1:1",
            "--tunnel",
            "acme",
            "--token-file",
            directory.resolve("none").toString(),
            "--registry",
            "http://127.0.0.1:1");
    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).contains("none cannot be read");
  }

  private static PasswordSource password(ClientConfig config) {
    return Objects.requireNonNull(config.registries().get(0).credentials()).password();
  }

  private static PasswordSource proxyPassword(ClientConfig config) {
    return Objects.requireNonNull(
        Objects.requireNonNull(config.network().proxies().secure()).password());
  }

  private List<String> allowed(String... arguments) {
    return config(arguments).policy().rules().stream()
        .flatMap(rule -> rule.repositories().stream())
        .map(RepositoryPattern::text)
        .toList();
  }

  private ClientConfig config(String... more) {
    return parse(Stream.of(REQUIRED, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private ClientConfig parse(String[] arguments) {
    CommandSpec spec = RunCommand.spec(environment);
    new CommandLine(spec).parseArgs(arguments);
    return ((RunCommand) spec.userObject()).config();
  }

  private String yaml(String... lines) throws IOException {
    return Files.write(directory.resolve("config.yaml"), List.of(lines)).toString();
  }
}
