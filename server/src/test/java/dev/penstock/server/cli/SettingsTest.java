package dev.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class SettingsTest {
  @TempDir Path directory;
  private final Probe probe = new Probe();
  private final StringWriter err = new StringWriter();

  @Command(name = "run")
  static final class Probe implements Callable<Integer> {
    @Option(names = "--some-port", defaultValue = "1")
    int port;

    @Option(names = "--tunnels", split = ",")
    Set<String> tunnels = Set.of();

    @Option(names = "--loud")
    boolean loud;

    @Override
    public Integer call() {
      return ExitCode.OK;
    }
  }

  @Test
  void value_comesFromTheFlag_elseTheVariable_elseTheFile_elseTheDefault() throws IOException {
    Map<String, String> variable = Map.of("PENSTOCK_SOME_PORT", "3");
    String file = "some-port: 2";
    assertThat(run("", Map.of(), "run").port).isEqualTo(1);
    assertThat(run(file, Map.of(), "run").port).isEqualTo(2);
    assertThat(run(file, variable, "run").port).isEqualTo(3);
    assertThat(run(file, variable, "run", "--some-port", "4").port).isEqualTo(4);
    assertThat(run(file, Map.of("PENSTOCK_SOME_PORT", ""), "run").port).isEqualTo(2);
  }

  @Test
  void listsAndSwitches_canStandInFileAndVariable() throws IOException {
    Probe fromFile = run("tunnels: [acme, beta]\nloud: true", Map.of(), "run");
    assertThat(fromFile.tunnels).containsExactlyInAnyOrder("acme", "beta");
    assertThat(fromFile.loud).isTrue();
    Probe fromVariable =
        run("loud: true", Map.of("PENSTOCK_TUNNELS", "a,b", "PENSTOCK_LOUD", "false"), "run");
    assertThat(fromVariable.tunnels).containsExactlyInAnyOrder("a", "b");
    assertThat(fromVariable.loud).isFalse();
  }

  @Test
  void file_canBeNamedByVariable_andServeSeveralCommands() throws IOException {
    Path file = Files.writeString(directory.resolve("by-variable"), "some-port: 5\ntoken-file: x");
    assertThat(execute(Map.of("PENSTOCK_CONFIG", file.toString()), List.of("run")))
        .isEqualTo(ExitCode.OK);
    assertThat(probe.port).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "some-prot: 2",
        "- a",
        "some-port: {a: b}",
        "some-port:",
        "a: [",
        "config: x",
        "some-port: 2\nsome-port: 3",
        "registry: hub"
      })
  void aWrongFile_isAUsageError(String content) throws IOException {
    Path file = Files.writeString(directory.resolve("wrong"), content);
    assertThat(execute(Map.of(), List.of("run", "--config", file.toString())))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("configuration file").doesNotContain("\tat ");
  }

  @Test
  void aMissingFile_isAUsageError() {
    assertThat(execute(Map.of(), List.of("run", "--config=" + directory.resolve("none"))))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("cannot read configuration file");
  }

  @Test
  void hostAndPort_areReadInEveryForm() {
    assertThat(HostPort.parse("127.0.0.1:0")).isEqualTo(new HostPort("127.0.0.1", 0));
    assertThat(HostPort.parse("[::1]:7070")).isEqualTo(new HostPort("::1", 7070));
    assertThat(HostPort.parse("penstock.example:65535").port()).isEqualTo(65_535);
    for (String wrong :
        new String[] {"", ":1", "host", "host:", "host:65536", "::1:7070", "a b:1"}) {
      assertThatThrownBy(() -> HostPort.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private Probe run(String file, Map<String, String> environment, String... arguments)
      throws IOException {
    Path config = Files.writeString(directory.resolve("config.yaml"), file);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--config", config.toString()));
    Probe fresh = new Probe();
    PrintWriter errors = new PrintWriter(err, true);
    assertThat(new ServerCommandLine(fresh, errors, errors).execute(all, environment))
        .as(() -> err.toString())
        .isEqualTo(ExitCode.OK);
    return fresh;
  }

  private int execute(Map<String, String> environment, List<String> arguments) {
    PrintWriter errors = new PrintWriter(err, true);
    return new ServerCommandLine(probe, errors, errors).execute(arguments, environment);
  }
}
