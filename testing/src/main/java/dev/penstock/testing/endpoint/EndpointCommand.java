package dev.penstock.testing.endpoint;

import dev.penstock.server.cli.HostPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code endpoint}: an {@link EndpointServer} until the process is ended. */
@Command(
    name = "endpoint",
    description =
        "Serves what arrived: a page for browsers at /, JSON at other paths, and WebSocket echo.",
    mixinStandardHelpOptions = true)
public final class EndpointCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      converter = HostPort.Converter.class,
      defaultValue = "127.0.0.1:8080",
      description = "Where to listen; port 0 picks a free one. Default: ${DEFAULT-VALUE}")
  private HostPort listen;

  @Option(names = "--tls-cert", paramLabel = "FILE", description = "Certificate chain, PEM.")
  private @Nullable Path certificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Its key, PKCS #8 PEM.")
  private @Nullable Path key;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (EndpointServer server = start()) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("listening " + server.url());
      out.flush();
      new CountDownLatch(1).await(); // until a signal ends the process
    }
    return 0;
  }

  private EndpointServer start() throws IOException {
    if (certificate != null && key != null) {
      return EndpointServer.startTls(listen.toListenAddress(), certificate, key);
    }
    if (certificate != null || key != null) {
      throw new ParameterException(
          spec.commandLine(), "--tls-cert and --tls-key belong together; one of them is missing");
    }
    return EndpointServer.start(listen.toListenAddress());
  }
}
