package dev.penstock.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

final class PolicyTestCommandTest {
  private static final String RULES =
      """
      rules:
        - name: no secrets
          deny: [team/secret, team/secret/**]
        - name: teams
          allow: [team/**]
          registries: [main]
          operations: [read, list]
          largest-blob: 1KiB
        - name: base images
          allow: [base/*]
          operations: [fetch-manifest]
      """;

  @TempDir Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "0|main |team/app     |fetch-manifest|       |rule 'teams' allows it, and blobs of at most",
        "0|main |team/app     |list-tags     |       |rule 'teams' allows it",
        "0|main |team/app     |fetch-blob    |1024   |rule 'teams' allows it, and blobs of at most",
        "0|main |team/app     |fetch-blob    |1KiB   |rule 'teams' allows it, and blobs of at most",
        "1|main |team/app     |fetch-blob    |1025   |blobs of at most 1024 bytes",
        "1|main |team/secret  |stat-blob     |       |rule 'no secrets' denies it",
        "1|main |team/secret/x|fetch-blob    |1      |rule 'no secrets' denies it",
        "1|other|team/app     |fetch-manifest|       |no rule allows it",
        "0|other|base/jdk     |fetch-manifest|       |rule 'base images' allows it",
        "1|other|base/jdk     |stat-manifest |       |no rule allows it",
        "0|main |             |list-repositories|    |rule 'teams' allows it",
        "0|main |team/app     |list-repositories|    |rule 'teams' allows it",
        "1|main |team/secret  |list-repositories|    |but the list leaves out team/secret",
        "1|other|             |list-repositories|    |no rule allows it",
      })
  void answer_namesTheRule(
      int exit, String registry, String repository, String operation, String size, String says)
      throws IOException {
    List<String> arguments = new ArrayList<>();
    add(arguments, "--registry", registry);
    add(arguments, "--repository", repository);
    add(arguments, "--operation", operation);
    add(arguments, "--size", size);
    add(arguments, "--policy-file", file("policy.yaml", RULES).toString());

    assertThat(run(arguments)).isEqualTo(exit);

    assertThat(out.toString())
        .hasLineCount(1)
        .startsWith((exit == 0 ? "allowed: " : "denied: ") + operation)
        .contains("of registry '" + registry + "'", says);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void answer_isOneLineForPeople() throws IOException {
    assertThat(
            run(
                "--policy-file",
                file("policy.yaml", RULES).toString(),
                "--registry=main",
                "--repository=team/app",
                "--operation=fetch-blob",
                "--size=2KiB"))
        .isEqualTo(1);
    assertThat(out.toString().strip())
        .isEqualTo(
            "denied: fetch-blob of 2048 bytes on team/app of registry 'main': rule 'teams' allows"
                + " blobs of at most 1024 bytes");
  }

  static Stream<String> hostile() {
    return Stream.of(
        // Ways up and around.
        "..",
        "../team/app",
        "team/../secret",
        "team/..",
        "team/./app",
        "team/app/..",
        // Slashes.
        "",
        "/",
        "//",
        "/team/app",
        "team/app/",
        "team//app",
        "//team/app",
        "team\\app",
        "team\\..\\secret",
        // Percent-encoding, also twice.
        "team%2fapp",
        "team%2Fsecret",
        "%2e%2e/team",
        "team/%2e%2e/secret",
        "team%252fapp",
        "team/%61pp",
        "team/app%00",
        "%s%n%d",
        // Upper case.
        "Team/app",
        "TEAM/APP",
        "team/apP",
        // Look-alikes, and what cannot be seen.
        "te\u0430m/app",
        "\uff54eam/app",
        "team/app\u212a",
        "team/\u0131mage",
        "te\u00e4m/app",
        "tea\u0308m/app",
        "team/\ud83d\ude00",
        "team/\ud83d",
        "team\u2215app",
        "team\uff0fapp",
        "team/\uff0e\uff0e/secret",
        "team/\u200bapp",
        "\ufeffteam/app",
        "team/\u202eppa",
        // Control characters and spaces.
        "team/\u0000app",
        "team/app\n",
        "team/app\nallowed: all",
        "team/app\r",
        "team/\u001b[2Japp",
        "team/ app",
        " team/app",
        " ",
        "team/app\t",
        "team/app\u2028",
        // Other parts of a reference, a URL, a command line, a pattern.
        "team/app:1.0",
        "team/app@sha256:0",
        "team/app?x=1",
        "team/app#x",
        "host:5000/team/app",
        "https://host/team/app",
        "user@team/app",
        "@team/app",
        "team/*",
        "team/**",
        "**",
        "-team/app",
        "--allow",
        "$(id)",
        "'",
        "\"",
        // Separators of components where none may be, and length.
        "team-/app",
        "team/.app",
        "team/app_",
        "team/a___b",
        "team/a..b",
        "a".repeat(256),
        "a/".repeat(100_000) + "a");
  }

  /** With a policy that allows all there is: what is no name is none under any rule. */
  @ParameterizedTest
  @MethodSource("hostile")
  void aHostileName_isRefusedAndNeverJudged(String name) {
    assertThat(run("--allow=**", "--repository=" + name, "--operation=fetch-blob")).isEqualTo(1);
    assertThat(out.toString())
        .hasLineCount(1)
        .startsWith("denied before any rule is asked: repository '")
        .contains(" is not valid: ")
        .matches("[\\x20-\\x7e…]+\\R");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Main", "", "..", "ma%69n", "m\u0430in", "main/x", "main\n", "*", "-"})
  void aHostileRegistry_isRefusedToo(String name) {
    assertThat(run("--allow=**", "--repository=a", "--registry=" + name, "--operation=fetch-blob"))
        .isEqualTo(1);
    assertThat(out.toString())
        .startsWith("denied before any rule is asked: registry '")
        .matches("[\\x20-\\x7e…]+\\R");
  }

  @Test
  void configuration_isAskedAsRunWouldReadIt() throws IOException {
    file("policy.yaml", RULES);
    Path config =
        file(
            "config.yaml",
            "registry: [main=http://127.0.0.1:5000, other=http://127.0.0.1:5001]\n"
                + ("policy-file: " + directory.resolve("policy.yaml")));
    String[] question = {"--repository=team/app", "--operation=list-tags", "--config=" + config};
    assertThat(run(question)).isZero();
    assertThat(out.toString()).contains("of registry 'main'", "'teams'");
    environment.put("PENSTOCK_CONFIG", config.toString());
    environment.put("PENSTOCK_REGISTRY", "other=http://127.0.0.1:5001");
    assertThat(run("--repository=team/app", "--operation=list-tags")).isEqualTo(1);
    assertThat(out.toString()).contains("of registry 'other': no rule allows it");
  }

  @Test
  void policyOnTheCommandLine_standsForThatOfTheConfiguration() throws IOException {
    Path config = file("config.yaml", "registry: main=http://127.0.0.1:5000\nallow: team/**");
    String[] question = {"--repository=new/app", "--operation=list-tags", "--config=" + config};
    assertThat(run(question)).isEqualTo(1);
    assertThat(run(question[0], question[1], question[2], "--allow=new/*", "--allow=x")).isZero();
    assertThat(out.toString())
        .contains("allowed: list-tags on new/app of registry 'main': rule '--allow' allows it");
  }

  @Test
  void configurationWithoutAPolicy_allowsNothing() throws IOException {
    Path config = file("config.yaml", "registry: main=http://127.0.0.1:5000");
    assertThat(run("--repository=a", "--operation=stat-blob", "--config=" + config)).isEqualTo(1);
    assertThat(out.toString()).contains("no rule allows it");
  }

  @Test
  void withoutRegistries_rulesForAllOfThemNeedNoName() {
    assertThat(run("--allow=a", "--repository=a", "--operation=stat-blob")).isZero();
    assertThat(out.toString().strip())
        .isEqualTo("allowed: stat-blob on a of any registry: rule '--allow' allows it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--operation=stat-blob --repository=a                         | there is no policy: give",
        "--allow=a --repository=a                                     | --operation",
        "--allow=a --repository=a --operation=delete                  | no operation 'delete'",
        "--allow=a --operation=stat-blob                              | needs --repository",
        "--allow=A --repository=a --operation=stat-blob               | pattern 'A'",
        "--allow=a --repository=a --operation=stat-blob --size=1      | --size is for fetch-blob",
        "--allow=a --repository=a --operation=fetch-blob --size=-1    | --size '-1'",
        "--allow=a --repository=a --operation=fetch-blob --size=1TB   | --size '1TB'",
        "--policy-file=DIR/none --repository=a --operation=stat-blob  | none cannot be read",
        "--policy-file=DIR/bad --repository=a --operation=stat-blob   | bad: rules: must be a list",
        "--policy-file=DIR/some --repository=a --operation=stat-blob  | give --registry",
        "--policy-file=DIR/some --allow=a --repository=a --operation=stat-blob | give one of them",
        "--config=DIR/none --repository=a --operation=stat-blob       | none cannot be read",
        "--config=DIR/c --registry=b --repository=a --operation=stat-blob | no registry 'b'",
        "--operation=stat-blob --what                                 | Unknown option",
      })
  void badUsageOrFile_isSaidWithExitCode2(String arguments, String says) throws IOException {
    file("bad", "rules: 1");
    file("some", RULES);
    file("c", "registry: a=http://127.0.0.1:1\nallow: a");
    assertThat(run(arguments.strip().replace("DIR", directory.toString()).split(" +", -1)))
        .isEqualTo(2);
    assertThat(err.toString()).contains(says);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void help_fitsAScreenAndSaysTheExitCodes() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString().lines()).hasSizeLessThan(25).allMatch(line -> line.length() <= 80);
    assertThat(out.toString()).contains("Exit codes: 0 allowed, 1 denied");
  }

  private int run(List<String> arguments) {
    return run(arguments.toArray(new String[0]));
  }

  private int run(String... arguments) {
    CommandSpec root = CommandSpec.create().name("penstock-client");
    root.addSubcommand("policy", PolicyCommand.spec(environment));
    CommandLine commandLine = new CommandLine(root);
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of("policy", "test"));
    all.addAll(List.of(arguments));
    return commandLine.execute(all.toArray(new String[0]));
  }

  private static void add(List<String> arguments, String flag, String value) {
    if (value != null) {
      arguments.add(flag + "=" + value.strip());
    }
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}
