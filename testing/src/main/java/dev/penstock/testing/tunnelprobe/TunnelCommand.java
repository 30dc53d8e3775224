package dev.penstock.testing.tunnelprobe;

import dev.penstock.server.cli.DurationConverter;
import dev.penstock.server.cli.HostPort;
import dev.penstock.testing.cli.ByteSize;
import dev.penstock.testing.report.Steps;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tunnel}: the real server and client over the path that is tried. */
@Command(
    name = "tunnel",
    description = {
      "Attaches a client with a made-up registry and reads an image through its tunnel.",
      "Starts a server for it, which the path given by --via has to lead to (--listen); or uses"
          + " the one at --server."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:every step succeeded", "1:a step failed", "2:the command line is wrong"},
    mixinStandardHelpOptions = true)
public final class TunnelCommand implements Callable<Integer> {
  private static final String OWN_TUNNEL = "probe";

  @Spec private CommandSpec spec;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      converter = HostPort.Converter.class,
      defaultValue = "127.0.0.1:8080",
      description = "Public port of the server that is started. Default: ${DEFAULT-VALUE}")
  private HostPort listen;

  @Option(
      names = "--via",
      paramLabel = "HOST:PORT",
      converter = HostPort.Converter.class,
      description = "Where the client dials; else straight to the server that is started.")
  private @Nullable HostPort via;

  @Option(names = "--server", paramLabel = "URL", description = "A server that runs; ws or wss.")
  private @Nullable URI server;

  @Option(
      names = "--api",
      paramLabel = "HOST:PORT",
      converter = HostPort.Converter.class,
      description = "Its API, in the clear.")
  private @Nullable HostPort api;

  @Option(names = "--tunnel", paramLabel = "ID", description = "The tunnel to attach under there.")
  private @Nullable String tunnel;

  @Option(names = "--token-file", paramLabel = "FILE", description = "Holds the tunnel's token.")
  private @Nullable Path tokenFile;

  @Option(names = "--caller-token-file", paramLabel = "FILE", description = "Holds a caller's.")
  private @Nullable Path callerTokenFile;

  @Option(names = "--ca", paramLabel = "FILE", description = "Whom to trust under TLS, PEM.")
  private @Nullable Path authorities;

  @Option(
      names = "--layer-size",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      defaultValue = "16MiB",
      description = "Of the blob that is read. Default: ${DEFAULT-VALUE}")
  private long layerBytes;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "20s",
      description = "Of each step. Default: ${DEFAULT-VALUE}")
  private Duration timeout;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (server != null) {
      return run(existing(server));
    }
    try (ServerEnd own = ServerEnd.start(listen.toListenAddress(), OWN_TUNNEL)) {
      String listens = own.address().getHostString() + ":" + own.address().getPort();
      out.println("server " + listens);
      String dialled = via == null ? listens : via.host() + ":" + via.port();
      return run(
          new Endpoints(
              URI.create("ws://" + dialled),
              own.api(),
              OWN_TUNNEL,
              own.tunnelToken(),
              own.callerToken(),
              null));
    }
  }

  private int run(Endpoints ends) throws IOException, InterruptedException {
    Steps steps = new Steps(spec.commandLine().getOut());
    return TunnelProbe.run(ends, steps, timeout, layerBytes) ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private Endpoints existing(URI url) throws IOException {
    if (api == null || tunnel == null || tokenFile == null || callerTokenFile == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--server needs --api, --tunnel, --token-file and --caller-token-file beside it");
    }
    return new Endpoints(
        url,
        api,
        tunnel,
        Files.readString(tokenFile).strip(),
        Files.readString(callerTokenFile).strip(),
        authorities);
  }
}
