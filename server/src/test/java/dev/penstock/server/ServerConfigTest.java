package dev.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class ServerConfigTest {
  private static final Path TOKENS = Path.of("tokens");

  @TempDir Path directory;

  private static Map<String, String> keysOfRun() {
    Map<String, String> keys = new TreeMap<>();
    for (OptionSpec option : new CommandLine(new RunCommand()).getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        keys.put(option.longestName(), String.valueOf(option.defaultValue()));
      }
    }
    return keys;
  }

  @Test
  void everyKeyOfRun_andItsDefault() {
    assertThat(keysOfRun())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "--public", "127.0.0.1:8080",
                "--api", "127.0.0.1:7070",
                "--tokens", "null",
                "--public-tls-cert", "null",
                "--public-tls-key", "null",
                "--api-tls-cert", "null",
                "--api-tls-key", "null",
                "--api-insecure-plaintext", "null",
                "--max-calls-per-client", "100"));
  }

  @Test
  void tableOfTheReadme_isThatOfTheCommandLine() throws Exception {
    Pattern row = Pattern.compile("\\| `(--[a-z-]+)` \\| (?:`([^`]*)`)? ?\\|.*");
    Map<String, String> table = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("README.md"))) {
      Matcher matcher = row.matcher(line);
      if (matcher.matches()) {
        table.put(matcher.group(1), String.valueOf(matcher.group(2)));
      }
    }
    assertThat(table).isEqualTo(keysOfRun());
  }

  @Test
  void commandLineWithoutFlags_isTheBuilderWithoutSettings() {
    RunCommand run = CommandLine.populateCommand(new RunCommand(), "--tokens", "tokens");
    assertThat(run.config()).isEqualTo(ServerConfig.builder(TOKENS).build());
  }

  @Test
  void builder_hasTheseDefaults() {
    ServerConfig config = ServerConfig.builder(TOKENS).build();
    assertThat(config.publicListen())
        .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080));
    assertThat(config.apiListen())
        .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 7070));
    assertThat(config.publicTls()).isNull();
    assertThat(config.apiTls()).isNull();
    assertThat(config.apiInsecurePlaintext()).isFalse();
    assertThat(config.maxCallsPerClient()).isEqualTo(100);
    assertThat(config.shutdownGrace()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void plaintextApi_onOtherThanLoopback_isRefused_unlessCalledInsecure() throws Exception {
    var everywhere = new InetSocketAddress("0.0.0.0", 7070);
    var config = ServerConfig.builder(TOKENS).apiListen(everywhere);
    assertThatThrownBy(config::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("api-tls-cert")
        .hasMessageContaining("api-insecure-plaintext");
    assertThat(config.apiInsecurePlaintext(true).build().apiListen()).isEqualTo(everywhere);
    Path pem = Files.createFile(directory.resolve("any.pem"));
    assertThat(config.apiInsecurePlaintext(false).apiTls(new TlsFiles(pem, pem)).build().apiTls())
        .isNotNull();
  }

  @Test
  void plaintextPublic_onOtherThanLoopback_isAccepted_andKnownAsSuch() {
    var config = ServerConfig.builder(TOKENS);
    assertThat(config.build().isPublicPlaintext()).isFalse();
    config.publicListen(new InetSocketAddress("0.0.0.0", 8080));
    assertThat(config.build().isPublicPlaintext()).isTrue();
  }

  @Test
  void limits_areCheckedWithKeyAndRange() {
    for (int calls : new int[] {0, -1, 10_001}) {
      assertThatThrownBy(() -> ServerConfig.builder(TOKENS).maxCallsPerClient(calls).build())
          .hasMessageContaining("max-calls-per-client is " + calls)
          .hasMessageContaining("1 to 10,000");
    }
  }

  @Test
  void certificateWithoutKey_isRefused() {
    RunCommand run =
        CommandLine.populateCommand(
            new RunCommand(), "--tokens", "tokens", "--public-tls-cert", "c.pem");
    assertThatThrownBy(run::config).hasMessageContaining("public-tls-key");
  }
}
