package dev.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.penstock.tunnel.TunnelOptions;
import dev.penstock.tunnel.session.SessionLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
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
            Map.ofEntries(
                entry("--public", "127.0.0.1:8080"),
                entry("--api", "127.0.0.1:7070"),
                entry("--ops", "null"),
                entry("--log-format", "text"),
                entry("--tokens", "null"),
                entry("--public-tls-cert", "null"),
                entry("--public-tls-key", "null"),
                entry("--api-tls-cert", "null"),
                entry("--api-tls-key", "null"),
                entry("--api-insecure-plaintext", "null"),
                entry("--max-calls-per-client", "100"),
                entry("--stream-window-bytes", "4194304"),
                entry("--replay-window-bytes", "8388608"),
                entry("--heartbeat", "20s"),
                entry("--handshake-timeout", "10s"),
                entry("--resume-timeout", "60s"),
                entry("--attach-wait", "10s"),
                entry("--max-waiting-calls", "1000"),
                entry("--stall-timeout", "2m"),
                entry("--caller-stall-timeout", "10m"),
                entry("--probe-every", "null"),
                entry("--shutdown-grace", "25s")));
  }

  @Test
  void tableOfTheReadme_isThatOfTheCommandLine() throws Exception {
    assertThat(ReadmeTable.under("## Settings of `run`")).isEqualTo(keysOfRun());
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
    assertThat(config.shutdownGrace()).isEqualTo(Duration.ofSeconds(25));
  }

  @Test
  void keyOfAnotherCertificate_isRefusedAndBothFilesAreNamed() throws Exception {
    TlsFiles one = TestCertificate.in(Files.createDirectory(directory.resolve("one")));
    TlsFiles other = TestCertificate.in(Files.createDirectory(directory.resolve("other")));
    assertThatThrownBy(() -> new TlsFiles(one.certificateChain(), other.privateKey()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the key in " + other.privateKey())
        .hasMessageContaining("certificate in " + one.certificateChain());
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
  void probeEvery_isNeverUnlessSet_andCheckedWithKeyAndRange() {
    assertThat(ServerConfig.builder(TOKENS).build().probeEvery()).isNull();
    RunCommand run =
        CommandLine.populateCommand(new RunCommand(), "--tokens=t", "--probe-every=90s");
    assertThat(run.config().probeEvery()).isEqualTo(Duration.ofSeconds(90));
    for (Duration wrong : new Duration[] {Duration.ofMillis(999), Duration.ofHours(25)}) {
      assertThatThrownBy(() -> ServerConfig.builder(TOKENS).probeEvery(wrong).build())
          .hasMessageContaining("probe-every is " + wrong)
          .hasMessageContaining("1s to 24h");
    }
  }

  @Test
  void limitsOfTheTunnel_areTheTunnels_andNamedByTheirKeys() {
    ServerConfig config =
        ServerConfig.builder(TOKENS)
            .streamWindowBytes(1 << 20)
            .replayWindowBytes(16 << 20)
            .heartbeat(Duration.ofSeconds(7))
            .handshakeTimeout(Duration.ofSeconds(3))
            .resumeTimeout(Duration.ofSeconds(9))
            .maxCallsPerClient(5)
            .build();
    assertThat(config.tunnelOptions())
        .isEqualTo(
            new TunnelOptions(
                Duration.ofSeconds(3),
                Duration.ofSeconds(9),
                new SessionLimits(
                    16 << 20, SessionLimits.DEFAULTS.maxMessageBytes(), Duration.ofSeconds(7)),
                1 << 20,
                5));
    assertThatThrownBy(() -> ServerConfig.builder(TOKENS).streamWindowBytes(1).build())
        .hasMessageContaining("stream-window-bytes");
    assertThatThrownBy(() -> ServerConfig.builder(TOKENS).replayWindowBytes(1).build())
        .hasMessageContaining("replay-window-bytes");
    assertThatThrownBy(() -> ServerConfig.builder(TOKENS).heartbeat(Duration.ZERO).build())
        .hasMessageContaining("heartbeat");
    assertThatThrownBy(() -> ServerConfig.builder(TOKENS).handshakeTimeout(Duration.ZERO).build())
        .hasMessageContaining("handshake-timeout");
  }

  @Test
  void flagsOfTheTunnel_reachTheConfig() {
    RunCommand run =
        CommandLine.populateCommand(
            new RunCommand(),
            "--tokens=tokens",
            "--stream-window-bytes=65536",
            "--replay-window-bytes=1048576",
            "--heartbeat=1500ms",
            "--handshake-timeout=1m");
    assertThat(run.config())
        .isEqualTo(
            ServerConfig.builder(TOKENS)
                .streamWindowBytes(65_536)
                .replayWindowBytes(1 << 20)
                .heartbeat(Duration.ofMillis(1500))
                .handshakeTimeout(Duration.ofMinutes(1))
                .build());
  }

  @Test
  void ops_isOnLoopbackWhenItIsOnlyAPort() {
    RunCommand run = CommandLine.populateCommand(new RunCommand(), "--tokens=t", "--ops=9090");
    assertThat(run.config().opsListen())
        .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9090));
    run = CommandLine.populateCommand(new RunCommand(), "--tokens=t", "--ops=0.0.0.0:9090");
    assertThat(run.config().opsListen()).isEqualTo(new InetSocketAddress(9090));
    for (String wrong : new String[] {":9090", "70000", "h:", "h"}) {
      assertThatThrownBy(
              () -> CommandLine.populateCommand(new RunCommand(), "--tokens=t", "--ops=" + wrong))
          .as(wrong)
          .hasMessageContaining("--ops");
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
