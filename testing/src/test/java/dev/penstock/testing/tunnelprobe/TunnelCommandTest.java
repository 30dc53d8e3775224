package dev.penstock.testing.tunnelprobe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.hops.Hop;
import dev.penstock.testing.hops.HopChain;
import dev.penstock.testing.hops.Hops;
import dev.penstock.testing.peers.FreePort;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(120)
class TunnelCommandTest {
  private static final List<String> ALL =
      List.of("PASS attach", "PASS list", "PASS manifest", "PASS blob", "PASS digest");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine command = new CommandLine(new TunnelCommand());
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }

  private List<String> steps() {
    return out.toString()
        .lines()
        .filter(line -> line.matches("(PASS|FAIL|SKIP) .*"))
        .map(line -> line.replaceFirst("^(\\S+) +(\\S+).*", "$1 $2"))
        .toList();
  }

  private int runThrough(String... hops) throws Exception {
    int port = FreePort.pick();
    InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    Hop[] made = Arrays.stream(hops).map(Hops::parse).toArray(Hop[]::new);
    try (HopChain chain = HopChain.start(server, made)) {
      return run(
          "--listen",
          "127.0.0.1:" + port,
          "--via",
          "127.0.0.1:" + chain.address().getPort(),
          "--layer-size",
          "3MiB",
          "--timeout",
          "5s");
    }
  }

  @Test
  void noHop_passesEachStep() {
    assertThat(run("--listen", "127.0.0.1:0", "--layer-size", "1MiB")).isZero();
    assertThat(steps()).isEqualTo(ALL);
  }

  @Test
  void chainOfThree_carriesABlobWhole() throws Exception {
    assertThat(runThrough("cloudflare", "haproxy", "nginx")).as(out.toString()).isZero();
    assertThat(steps()).isEqualTo(ALL);
  }

  @Test
  void hopThatDropsTheUpgrade_failsAtAttaching() throws Exception {
    assertThat(runThrough("cloudflare", "aws-classic-http")).isEqualTo(1);
    assertThat(steps()).containsExactly("FAIL attach");
    assertThat(out.toString()).contains("426");
  }

  @Test
  void serverThatRuns_isUsedAsItIs(@TempDir Path directory) throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (ServerEnd server = ServerEnd.start(any, "acme")) {
      Path token = Files.writeString(directory.resolve("tunnel"), server.tunnelToken());
      Path caller = Files.writeString(directory.resolve("caller"), server.callerToken() + "\n");
      int code =
          run(
              "--server",
              "ws://127.0.0.1:" + server.address().getPort(),
              "--api",
              server.api().host() + ":" + server.api().port(),
              "--tunnel",
              "acme",
              "--token-file",
              token.toString(),
              "--caller-token-file",
              caller.toString(),
              "--layer-size",
              "1MiB");
      assertThat(code).as(out.toString()).isZero();
      assertThat(steps()).isEqualTo(ALL);
      assertThat(out.toString()).doesNotContain(server.tunnelToken(), server.callerToken());
    }
  }

  @Test
  void serverThatRuns_needsWhatLeadsThere() {
    assertThat(run("--server", "ws://127.0.0.1:1")).isEqualTo(2);
    assertThat(err.toString()).contains("--server needs --api, --tunnel");
  }
}
