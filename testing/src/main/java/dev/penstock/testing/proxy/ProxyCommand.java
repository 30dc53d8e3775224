package dev.penstock.testing.proxy;

import dev.penstock.server.cli.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code proxy}: a {@link FaultProxy} until the process is ended, scriptable by standard input. */
@Command(
    name = "proxy",
    description = "Passes TCP connections on, with the faults that it is told of.",
    footer = {
      "",
      "Faults, as --fault and on standard input, one a line:",
      "  cut | cut after SIZE | cut in TIME | cut every TIME",
      "  stall up|down | delay up|down TIME | rate up|down SIZE (a second)",
      "  drop up|down | truncate up|down SIZE | refuse | black-hole | heal",
      "and on standard input: status, quit. 'up' is towards the target."
    },
    mixinStandardHelpOptions = true)
public final class ProxyCommand implements Callable<Integer> {
  private final InputStream script;

  @Spec private CommandSpec spec;

  /** The command as it is started from a shell. */
  public ProxyCommand() {
    this(System.in);
  }

  ProxyCommand(InputStream script) {
    this.script = script;
  }

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      converter = HostPort.Converter.class,
      defaultValue = "127.0.0.1:0",
      description = "Where to listen; port 0 picks a free one. Default: ${DEFAULT-VALUE}")
  private HostPort listen;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "HOST:PORT",
      converter = HostPort.Converter.class,
      description = "Where to pass connections on to.")
  private HostPort target;

  @Option(
      names = "--fault",
      paramLabel = "FAULT",
      description = "A fault from the start, such as 'cut every 2s'; repeat for more.")
  private List<String> faults = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (FaultProxy proxy = FaultProxy.start(listen.toListenAddress(), target.toListenAddress())) {
      for (String fault : faults) {
        applyFlag(proxy, fault);
      }
      proxy.onCut(() -> say(out, "cut: " + proxy.stats()));
      say(out, "listening " + proxy.address().getHostString() + ":" + proxy.address().getPort());
      if (!obey(proxy, out)) {
        new CountDownLatch(1).await(); // no script: until a signal ends the process
      }
    }
    return 0;
  }

  private void applyFlag(FaultProxy proxy, String fault) {
    try {
      FaultScript.apply(proxy, fault);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--fault: " + e.getMessage(), e);
    }
  }

  /** Reads standard input to its end; true when told to quit. */
  private boolean obey(FaultProxy proxy, PrintWriter out) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(script, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      switch (line.strip()) {
        case "quit" -> {
          return true;
        }
        case "status" -> say(out, proxy.stats().toString());
        case "" -> {
          continue;
        }
        default -> say(out, answer(proxy, line));
      }
    }
    return false;
  }

  private static String answer(FaultProxy proxy, String line) {
    try {
      FaultScript.apply(proxy, line);
      return "ok: " + line.strip();
    } catch (IllegalArgumentException e) {
      return "error: " + e.getMessage();
    }
  }

  private static synchronized void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
