package dev.penstock.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.penstock.client.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every file that a setting names gets into each unit, and nothing gets in beside it. */
@Timeout(120)
final class UnitFilesTest {
  /** Labels of settings that name no file; a new one has to be thought about here. */
  private static final Set<String> NO_FILES =
      Set.of(
          "URL",
          "ID",
          "[NAME=]URL",
          "PATTERN",
          "USER",
          "HOST=NAME",
          "HOST",
          "NAME",
          "COUNT",
          "TIME",
          "BYTES",
          "[HOST:]PORT",
          "FORMAT");

  /** What POLICY.md and CREDENTIALS.md say is read again. */
  private static final List<Setting> READ_AGAIN =
      List.of(
          Setting.TOKEN_FILE,
          Setting.POLICY_FILE,
          Setting.REGISTRY_PASSWORD_FILE,
          Setting.REGISTRY_AUTH_FILE,
          Setting.REGISTRY_PROXY_PASSWORD_FILE,
          Setting.PROXY_PASSWORD_FILE);

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Setting.class)
  void everySetting_isKnownToNameAFileOrNot(Setting setting) {
    assertThat(isFile(setting)).isNotEqualTo(NO_FILES.contains(setting.label()));
    assertThat(isFile(setting) || !setting.key().matches(".*-(file|directory|path)")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"SYSTEMD", "DOCKER", "KUBERNETES"})
  void everyFileThatASettingNames_isGivenToTheUnit(Unit unit) throws IOException {
    Map<Setting, Path> files = files();
    for (Setting left : List.of(Setting.REGISTRY_AUTH_FILE, Setting.REGISTRY_PASSWORD_FILE)) {
      Map<Setting, Path> given = new TreeMap<>(files);
      given.remove(left);
      init(unit, given);
      assertThat(new GivenFiles(directory.resolve("unit"), unit).all(given.keySet()))
          .isEqualTo(expected(unit, given));
    }
  }

  /** A mount of a file alone, or a copy, would stay with the old one. */
  @ParameterizedTest
  @CsvSource({"SYSTEMD", "DOCKER"})
  void filesThatAreReadAgain_areGivenByDirectory(Unit unit) throws IOException {
    Map<Setting, Path> files = files();
    files.remove(Setting.REGISTRY_AUTH_FILE);
    String text = init(unit, files);
    for (Setting setting : READ_AGAIN) {
      assertThat(text)
          .doesNotContain("LoadCredential=" + setting.key() + ":")
          .doesNotContain("/run/secrets/" + setting.key());
    }
  }

  @ParameterizedTest
  @CsvSource({"SYSTEMD", "DOCKER"})
  void aLinkOutOfItsDirectory_isGivenByTheDirectoryThatItLeadsTo(Unit unit) throws IOException {
    Path real = write("real/policy-1.yaml", "rules: []");
    Path out = Files.createSymbolicLink(Files.createDirectory(path("l")).resolve("p"), real);
    assertThat(init(unit, Map.of(Setting.POLICY_FILE, out)))
        .contains(path("real").toString(), "/policy-file/policy-1.yaml")
        .doesNotContain(path("l").toString());
    Path in = Files.createSymbolicLink(path("real/policy.yaml"), real.getFileName());
    assertThat(init(unit, Map.of(Setting.POLICY_FILE, in))).contains("/policy-file/policy.yaml");
  }

  @ParameterizedTest
  @CsvSource({
    "home/policy.yaml, home, POLICY_FILE, move the file into one of its own",
    "home/policy.yaml, home/ann, POLICY_FILE, move the file into one of its own",
    "home/audit.jsonl, home, AUDIT_FILE, 'name one of its own, such as /var/log/penstock/audit'"
  })
  void aDirectoryWithMoreInIt_isNotShown(String file, String home, Setting setting, String advice)
      throws IOException {
    Path there = write(file, "rules: []");
    for (Unit unit : List.of(Unit.SYSTEMD, Unit.DOCKER)) {
      Ran init = run(unit, Map.of("HOME", path(home).toString()), Map.of(setting, there));
      assertThat(init.code()).isEqualTo(2);
      assertThat(init.out()).as("before the first question").isEmpty();
      assertThat(init.err())
          .contains(setting.key() + ": ", path("home") + " holds more than is meant", advice);
    }
    assertThat(path("unit")).doesNotExist();
  }

  @Test
  void theDirectoryToWriteTo_isNotAHomeEither() {
    Ran init = run(Unit.DOCKER, Map.of("HOME", path("unit/ann").toString()), Map.of());
    assertThat(init.code()).isEqualTo(2);
    assertThat(init.err()).contains("directory: ", "name another, such as --directory penstock");
  }

  @ParameterizedTest
  @CsvSource({"unit/audit.jsonl", "policies/audit.jsonl", "strange/audit.jsonl"})
  void anAuditFileBesideOthers_isRefused(String audit) throws IOException {
    write("strange/auth.log", "");
    Map<Setting, Path> files =
        Map.of(
            Setting.POLICY_FILE, write("policies/policy.yaml", "rules: []"),
            Setting.AUDIT_FILE, path(audit));
    Ran init = run(Unit.SYSTEMD, Map.of(), files);
    assertThat(init.code()).isEqualTo(2);
    assertThat(init.err())
        .contains(
            "audit-file: the service has to write to the directory, and in ",
            String.valueOf(path(audit).getParent()),
            "such as /var/log/penstock/audit.jsonl");
  }

  @Test
  void anOlderPartOfTheAuditLog_isNothingElse() throws IOException {
    write("logs/audit.jsonl.1", "");
    assertThat(init(Unit.SYSTEMD, Map.of(Setting.AUDIT_FILE, path("logs/audit.jsonl"))))
        .contains("BindPaths=" + path("logs") + ":/run/penstock-client/audit-file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "none"})
  void anAuditLogThatIsNoFile_needsNoPlace(String target) throws IOException {
    for (Unit unit : Unit.values()) {
      assertThat(init(unit, Map.of(Setting.AUDIT_FILE, Path.of(target))))
          .doesNotContain("BindPaths=", "/var/log/penstock", "PersistentVolumeClaim");
      assertThat(Files.readString(path("unit/penstock.yaml")))
          .containsPattern("audit-file: ['\"]?" + target);
    }
  }

  @Test
  void aFileThatDoesNotGetIntoAManifest_isNamed() {
    Ran init =
        run(Unit.KUBERNETES, Map.of(), Map.of(Setting.REGISTRY_CA, path("none/registry.pem")));
    assertThat(init.code()).isEqualTo(2);
    assertThat(init.err())
        .contains("registry-ca: " + path("none/registry.pem") + " cannot be read (NoSuchFile");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "it's with space, 50:50 and 100% of $HOME"})
  void unit_isTakenBySystemd(String name) throws Exception {
    assumeThat(Path.of("/usr/bin/systemd-analyze")).isExecutable();
    Map<Setting, Path> files =
        Map.of(
            Setting.POLICY_FILE, write(name + "/rules/" + name + ".yaml", "rules: []"),
            Setting.REGISTRY_CA, write(name + "/ca.pem", ""),
            Setting.AUDIT_FILE, path(name + "/log/" + name));
    init(Unit.SYSTEMD, files);
    Path log = path("verify.log");
    Process verify =
        new ProcessBuilder(
                "/usr/bin/systemd-analyze",
                "verify",
                "--man=no",
                "--recursive-errors=no",
                path("unit").resolve(Unit.SYSTEMD.file()).toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(verify.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(log)).doesNotContain("penstock-client");
    assertThat(verify.exitValue()).as(Files.readString(log)).isZero();
  }

  private static boolean isFile(Setting setting) {
    return setting.label().equals("FILE");
  }

  /** Each in a directory of its own; the audit file is not there yet. */
  private Map<Setting, Path> files() throws IOException {
    Map<Setting, Path> files = new TreeMap<>();
    for (Setting setting : Setting.values()) {
      if (isFile(setting)) {
        Path file = path("files/" + setting.key() + "/a file");
        files.put(setting, file);
        Files.createDirectories(file.getParent());
      }
    }
    for (Map.Entry<Setting, Path> file : files.entrySet()) {
      if (file.getKey() != Setting.AUDIT_FILE) {
        Files.writeString(file.getValue(), content(file.getKey()));
      }
    }
    return files;
  }

  private static String content(Setting setting) {
    return setting == Setting.POLICY_FILE ? "rules: []\n" : "content of " + setting.key() + "\n";
  }

  /** What {@link GivenFiles} finds when nothing is missing. */
  private static Map<String, String> expected(Unit unit, Map<Setting, Path> files) {
    Map<String, String> expected = new TreeMap<>();
    files.forEach(
        (setting, path) -> {
          boolean isWritten = setting == Setting.AUDIT_FILE;
          String read = unit == Unit.KUBERNETES ? content(setting) : "reads " + path;
          String written = unit == Unit.KUBERNETES ? "writes" : "writes " + path;
          expected.put(setting.key(), isWritten ? written : read);
        });
    return expected;
  }

  private String init(Unit unit, Map<Setting, Path> files) throws IOException {
    Ran init = run(unit, Map.of("HOME", "/home/nobody-here"), files);
    assertThat(init.err()).isEmpty();
    assertThat(init.code()).isZero();
    return Files.readString(path("unit").resolve(unit.file()));
  }

  private Ran run(Unit unit, Map<String, String> environment, Map<Setting, Path> files) {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("format", unit.format());
    flags.put("directory", path("unit").toString());
    flags.put("server", "wss://penstock.example");
    flags.put("tunnel", "acme");
    flags.put("registry", "https://registry.internal");
    files.forEach((setting, path) -> flags.put(setting.key(), path.toString()));
    if (!flags.containsKey(Setting.REGISTRY_AUTH_FILE.key())) {
      flags.put("registry-username", "ann");
      flags.putIfAbsent("registry-password-file", write("password/p", "hidden").toString());
    }
    flags.putIfAbsent("token-file", write("token/t", "hidden").toString());
    if (!flags.containsKey("policy-file")) {
      flags.put("allow", "**");
    }
    for (String proxy : List.of("proxy", "registry-proxy")) {
      if (flags.containsKey(proxy + "-password-file")) {
        flags.put(proxy, "http://bob@proxy:3128");
      }
    }
    List<String> arguments = new ArrayList<>(List.of("init", "--offline", "--force"));
    flags.forEach((key, value) -> arguments.addAll(List.of("--" + key, value)));
    return Ran.with(environment, "", arguments.toArray(String[]::new));
  }

  private Path path(String name) {
    return directory.resolve(name);
  }

  private Path write(String name, String text) {
    try {
      Files.createDirectories(path(name).getParent());
      return Files.writeString(path(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is written beside the configuration. */
  enum Unit {
    SYSTEMD("penstock-client.service"),
    DOCKER("compose.yaml"),
    KUBERNETES("penstock-client.kubernetes.yaml");

    private final String file;

    Unit(String file) {
      this.file = file;
    }

    String file() {
      return file;
    }

    String format() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
