package dev.penstock.testing.proxy;

import dev.penstock.server.cli.HostPort;
import dev.penstock.testing.hops.Hop;
import dev.penstock.testing.hops.HopChain;
import dev.penstock.testing.hops.Hops;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code proxy}: hops in a row, and behind them a {@link FaultProxy}, until the process is ended;
 * scriptable by standard input.
 */
@Command(
    name = "proxy",
    description = "Passes connections on, through hops and with the faults that it is told of.",
    footer = {
      "",
      "Hops, as --hop, from the client's end; each is an HTTP proxy on a port of its own:",
      "  as products:  aws-classic-http | aws-alb | nginx-defaults | nginx (set right)",
      "    haproxy | cloudflare | envoy-no-upgrade",
      "  on the way:   http10 | drop-upgrade | strip=HEADER",
      "  answering:    redirect-slash | redirect-https | login-page[=redirect] | sso-401",
      "    http2-only | bad-gateway | waf-403 | not-found | rate-limit-429 | black-hole",
      "  upgraded:     idle=TIME | lifetime=TIME | message-limit=SIZE | buffer=SIZE[,TIME]",
      "    swallow-frames",
      "  TLS:          tls-intercept[=FILE trusted of the server] | tls-terminate",
      "  forward:      connect-proxy[=USER:PASSWORD] | connect-refused",
      "",
      "Without a hop it passes TCP on. With hops, faults act between the last one and the target.",
      "",
      "Faults, as --fault and on standard input, one a line:",
      "  cut | cut after SIZE | cut in TIME | cut every TIME",
      "  stall up|down | delay up|down TIME | rate up|down SIZE (a second)",
      "  drop up|down | truncate up|down SIZE | refuse | black-hole | heal",
      "and on standard input: status, quit. 'up' is towards the target."
    },
    mixinStandardHelpOptions = true)
public final class ProxyCommand implements Callable<Integer> {
  private static final InetSocketAddress ANY_LOOPBACK_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress().getHostAddress(), 0);

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

  @Option(
      names = "--hop",
      paramLabel = "NAME[=VALUE]",
      description = "A hop on the way to the target; repeat for more, the client's end first.")
  private List<String> hops = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    InetSocketAddress first = listen.toListenAddress();
    InetSocketAddress last = hops.isEmpty() ? first : ANY_LOOPBACK_PORT;
    List<Hop> made = makeHops();
    try (FaultProxy proxy = FaultProxy.start(last, target.toListenAddress())) {
      for (String fault : faults) {
        applyFlag(proxy, fault);
      }
      if (made.isEmpty()) {
        serve(proxy, proxy.address());
      } else {
        try (HopChain chain = HopChain.start(first, proxy.address(), made)) {
          chain.describe().forEach(line -> say(out(), line));
          String way = text(proxy.address()) + " → " + text(target.toListenAddress());
          say(out(), "faults " + way);
          serve(proxy, chain.address());
        }
      }
    }
    return 0;
  }

  private List<Hop> makeHops() {
    List<Hop> made = new ArrayList<>();
    for (String hop : hops) {
      try {
        made.add(Hops.parse(hop));
      } catch (IllegalArgumentException e) {
        made.forEach(Hop::close);
        throw new ParameterException(spec.commandLine(), "--hop: " + e.getMessage(), e);
      }
    }
    return made;
  }

  private void serve(FaultProxy proxy, InetSocketAddress address)
      throws IOException, InterruptedException {
    proxy.onCut(() -> say(out(), "cut: " + proxy.stats()));
    say(out(), "listening " + text(address));
    if (!obey(proxy, out())) {
      new CountDownLatch(1).await(); // no script: until a signal ends the process
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
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
