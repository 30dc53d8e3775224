package dev.penstock.server;

import dev.penstock.server.cli.DurationConverter;
import dev.penstock.server.cli.ExitCode;
import dev.penstock.server.cli.HostPort;
import dev.penstock.server.ops.LogFormat;
import dev.penstock.server.relay.RelayOptions;
import dev.penstock.server.route.RouteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: the server, until SIGTERM or SIGINT. */
@Command(
    name = "run",
    description = "Accepts clients on --public and serves callers on --api, until SIGTERM.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Option(
      names = "--public",
      defaultValue = ServerConfig.DEFAULT_PUBLIC,
      converter = HostPort.Converter.class,
      paramLabel = "HOST:PORT",
      description = "Where clients attach (default: ${DEFAULT-VALUE}).")
  private HostPort publicListen;

  @Option(
      names = "--api",
      defaultValue = ServerConfig.DEFAULT_API,
      converter = HostPort.Converter.class,
      paramLabel = "HOST:PORT",
      description = "Where callers call (default: ${DEFAULT-VALUE}).")
  private HostPort apiListen;

  @Option(
      names = "--ops",
      converter = HostPort.LoopbackConverter.class,
      paramLabel = "[HOST:]PORT",
      description = "Where operators ask for health and metrics; nowhere without.")
  private @Nullable HostPort opsListen;

  @Option(
      names = "--log-format",
      defaultValue = "text",
      paramLabel = "FORMAT",
      description = "How to log: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private LogFormat logFormat;

  @Option(
      names = "--tokens",
      required = true,
      paramLabel = "FILE",
      description = "Tokens file; changes take effect within seconds.")
  private Path tokens;

  @Option(
      names = "--public-tls-cert",
      paramLabel = "FILE",
      description = "TLS for clients: certificate chain, PEM.")
  private @Nullable Path publicTlsCert;

  @Option(
      names = "--public-tls-key",
      paramLabel = "FILE",
      description = "TLS for clients: private key, PEM.")
  private @Nullable Path publicTlsKey;

  @Option(
      names = "--api-tls-cert",
      paramLabel = "FILE",
      description = "TLS for callers: certificate chain, PEM.")
  private @Nullable Path apiTlsCert;

  @Option(
      names = "--api-tls-key",
      paramLabel = "FILE",
      description = "TLS for callers: private key, PEM.")
  private @Nullable Path apiTlsKey;

  @Option(
      names = "--api-insecure-plaintext",
      description = "Let the API listen on other than loopback without TLS.")
  private boolean apiInsecurePlaintext;

  @Option(
      names = "--max-calls-per-client",
      defaultValue = ServerConfig.DEFAULT_MAX_CALLS_PER_CLIENT,
      paramLabel = "N",
      description = "Calls that one client serves at once (default: ${DEFAULT-VALUE}).")
  private int maxCallsPerClient;

  @Option(
      names = "--stream-window-bytes",
      defaultValue = ServerConfig.DEFAULT_STREAM_WINDOW_BYTES,
      paramLabel = "BYTES",
      description = "HTTP/2 window of each call in a tunnel (default: ${DEFAULT-VALUE}).")
  private int streamWindowBytes;

  @Option(
      names = "--replay-window-bytes",
      defaultValue = ServerConfig.DEFAULT_REPLAY_WINDOW_BYTES,
      paramLabel = "BYTES",
      description =
          "Bytes of a tunnel under way without acknowledgement (default: ${DEFAULT-VALUE}).")
  private int replayWindowBytes;

  @Option(
      names = "--heartbeat",
      defaultValue = ServerConfig.DEFAULT_HEARTBEAT,
      converter = DurationConverter.class,
      paramLabel = "TIME",
      description = "Time between pings in a tunnel (default: ${DEFAULT-VALUE}).")
  private Duration heartbeat;

  @Option(
      names = "--handshake-timeout",
      defaultValue = ServerConfig.DEFAULT_HANDSHAKE_TIMEOUT,
      converter = DurationConverter.class,
      paramLabel = "TIME",
      description = "From a client's first packet to its tunnel (default: ${DEFAULT-VALUE}).")
  private Duration handshakeTimeout;

  @Option(
      names = "--resume-timeout",
      defaultValue = ServerConfig.DEFAULT_RESUME_TIMEOUT,
      converter = DurationConverter.class,
      paramLabel = "TIME",
      description = "How long a tunnel waits for its next connection (default: ${DEFAULT-VALUE}).")
  private Duration resumeTimeout;

  @Option(
      names = "--attach-wait",
      defaultValue = ServerConfig.DEFAULT_ATTACH_WAIT,
      converter = DurationConverter.class,
      paramLabel = "TIME",
      description = "How long a call waits for a client to attach (default: ${DEFAULT-VALUE}).")
  private Duration attachWait;

  @Option(
      names = "--max-waiting-calls",
      defaultValue = ServerConfig.DEFAULT_MAX_WAITING_CALLS,
      paramLabel = "N",
      description = "Calls that may wait for a client, in all (default: ${DEFAULT-VALUE}).")
  private int maxWaitingCalls;

  @Option(
      names = "--stall-timeout",
      defaultValue = ServerConfig.DEFAULT_STALL_TIMEOUT,
      converter = DurationConverter.class,
      paramLabel = "TIME",
      description = "How long a client may send nothing of a call (default: ${DEFAULT-VALUE}).")
  private Duration stallTimeout;

  @Option(
      names = "--caller-stall-timeout",
      defaultValue = ServerConfig.DEFAULT_CALLER_STALL_TIMEOUT,
      converter = DurationConverter.class,
      paramLabel = "TIME",
      description = "How long a caller may take nothing of a call (default: ${DEFAULT-VALUE}).")
  private Duration callerStallTimeout;

  @Option(
      names = "--probe-every",
      converter = DurationConverter.class,
      paramLabel = "TIME",
      description = "Try each attached tunnel with a canary this often; never without.")
  private @Nullable Duration probeEvery;

  @Option(
      names = "--shutdown-grace",
      defaultValue = ServerConfig.DEFAULT_SHUTDOWN_GRACE,
      converter = DurationConverter.class,
      paramLabel = "TIME",
      description = "How long calls may go on after SIGTERM (default: ${DEFAULT-VALUE}).")
  private Duration shutdownGrace;

  @Override
  public Integer call() throws IOException, InterruptedException {
    logFormat.apply();
    PenstockServer server = PenstockServer.start(config());
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "penstock-shutdown"));
    server.awaitClosed();
    return ExitCode.OK;
  }

  ServerConfig config() {
    return ServerConfig.builder(tokens)
        .publicListen(publicListen.toListenAddress())
        .apiListen(apiListen.toListenAddress())
        .opsListen(opsListen == null ? null : opsListen.toListenAddress())
        .publicTls(tls("public", publicTlsCert, publicTlsKey))
        .apiTls(tls("api", apiTlsCert, apiTlsKey))
        .apiInsecurePlaintext(apiInsecurePlaintext)
        .maxCallsPerClient(maxCallsPerClient)
        .streamWindowBytes(streamWindowBytes)
        .replayWindowBytes(replayWindowBytes)
        .heartbeat(heartbeat)
        .handshakeTimeout(handshakeTimeout)
        .resumeTimeout(resumeTimeout)
        .relay(
            new RelayOptions(
                new RouteOptions(attachWait, maxWaitingCalls),
                stallTimeout,
                callerStallTimeout,
                RelayOptions.DEFAULTS.moveAfter()))
        .probeEvery(probeEvery)
        .shutdownGrace(shutdownGrace)
        .build();
  }

  private static @Nullable TlsFiles tls(
      String listener, @Nullable Path certificate, @Nullable Path key) {
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new IllegalArgumentException(
          "%1$s-tls-cert and %1$s-tls-key go together".formatted(listener));
    }
    return new TlsFiles(certificate, key);
  }
}
