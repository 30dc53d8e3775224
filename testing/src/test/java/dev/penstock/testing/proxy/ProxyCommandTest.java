package dev.penstock.testing.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ProxyCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void script_isObeyedAndEachLineAnswered() {
    int code = run("status\n\nstall up\ncut\nnonsense\nheal\nquit\n", "--to", "127.0.0.1:1");
    assertThat(code).isZero();
    assertThat(out.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("listening 127.0.0.1:"),
            line ->
                assertThat(line)
                    .isEqualTo("connections 0, open 0, cuts 0, bytes up 0, bytes down 0"),
            line -> assertThat(line).isEqualTo("ok: stall up"),
            line -> assertThat(line).startsWith("cut: connections 0, open 0, cuts 1"),
            line -> assertThat(line).isEqualTo("ok: cut"),
            line -> assertThat(line).startsWith("error: 'nonsense' is no fault; there are: cut"),
            line -> assertThat(line).isEqualTo("ok: heal"));
  }

  @Test
  void fault_thatIsNoneIsAUsageError() {
    int code = run("quit\n", "--to", "127.0.0.1:1", "--fault", "explode");
    assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("--fault: 'explode' is no fault");
  }

  @Test
  void hops_areChainedInFrontOfTheFaults() {
    int code =
        run(
            "cut\nquit\n",
            "--to",
            "127.0.0.1:1",
            "--hop",
            "nginx-defaults",
            "--hop",
            "idle=60s",
            "--fault",
            "delay up 1ms");
    assertThat(code).isZero();
    assertThat(out.toString().lines())
        .satisfiesExactly(
            line ->
                assertThat(line).matches("hop 1 nginx-defaults 127.0.0.1:\\d+ → 127.0.0.1:\\d+"),
            line -> assertThat(line).matches("hop 2 idle=60s 127.0.0.1:\\d+ → 127.0.0.1:\\d+"),
            line -> assertThat(line).matches("faults 127.0.0.1:\\d+ → 127.0.0.1:1"),
            line -> assertThat(line).startsWith("listening 127.0.0.1:"),
            line -> assertThat(line).startsWith("cut: "),
            line -> assertThat(line).isEqualTo("ok: cut"));
  }

  @Test
  void hopThatIsNoneIsAUsageError() {
    int code = run("quit\n", "--to", "127.0.0.1:1", "--hop", "nginx", "--hop", "apache");
    assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("--hop: 'apache' is no hop; there are: aws-classic-http");
  }

  private int run(String script, String... arguments) {
    CommandLine command =
        new CommandLine(new ProxyCommand(new ByteArrayInputStream(script.getBytes(UTF_8))));
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}
