package dev.penstock.testing.websocketprobe;

import dev.penstock.server.cli.DurationConverter;
import dev.penstock.server.cli.HostPort;
import dev.penstock.testing.cli.ByteSize;
import dev.penstock.testing.report.Steps;
import dev.penstock.tunnel.connection.Proxy;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code websocket URL}: opens one step by step, and says how each went. */
@Command(
    name = "websocket",
    description = "Opens a WebSocket step by step: names, TCP, proxy, TLS, upgrade, echo, close.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:every step succeeded", "1:a step failed", "2:the command line is wrong"},
    mixinStandardHelpOptions = true)
public final class WebSocketCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "URL", description = "ws://… or wss://…; no secret in it.")
  private URI uri;

  @Option(
      names = "--proxy",
      paramLabel = "HOST:PORT",
      converter = HostPort.Converter.class,
      description = "An HTTP proxy to go through (CONNECT).")
  private @Nullable HostPort proxy;

  @Option(names = "--proxy-user", paramLabel = "NAME", description = "Its user.")
  private @Nullable String proxyUser;

  @Option(
      names = "--proxy-password-file",
      paramLabel = "FILE",
      description = "Holds the user's password.")
  private @Nullable Path proxyPasswordFile;

  @Option(names = "--ca", paramLabel = "FILE", description = "Whom to trust under TLS, PEM.")
  private @Nullable Path authorities;

  @Option(names = "--subprotocol", paramLabel = "NAME", description = "Asked for; else none is.")
  private @Nullable String subprotocol;

  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "Sent with the upgrade request; repeat for more.")
  private List<String> headers = List.of();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds a token to send as Authorization: Bearer.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--echo",
      paramLabel = "SIZE",
      split = ",",
      converter = ByteSize.class,
      defaultValue = "16,4KiB,128KiB,1MiB",
      description = "Messages that are to come back. Default: ${DEFAULT-VALUE}")
  private List<Long> echoes;

  @Option(names = "--no-echo", description = "For a server that sends nothing back.")
  private boolean noEcho;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "10s",
      description = "Of each step. Default: ${DEFAULT-VALUE}")
  private Duration timeout;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Steps steps = new Steps(spec.commandLine().getOut());
    return WebSocketProbe.run(target(), steps) ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private Target target() throws IOException {
    boolean isWebSocket = "ws".equals(uri.getScheme()) || "wss".equals(uri.getScheme());
    if (!isWebSocket || uri.getHost() == null || uri.getUserInfo() != null) {
      throw usage("the URL must be ws://HOST… or wss://HOST…, without a user in it");
    }
    List<Integer> sizes = noEcho ? List.of() : echoes.stream().map(Math::toIntExact).toList();
    return new Target(uri, tls(), proxy(), subprotocol, allHeaders(), sizes, timeout);
  }

  private SslContext tls() throws IOException {
    SslContextBuilder builder = SslContextBuilder.forClient();
    if (authorities != null) {
      try {
        builder.trustManager(authorities.toFile());
      } catch (IllegalArgumentException e) {
        throw usage("--ca: " + authorities + " holds no certificates: " + e.getMessage());
      }
    }
    return builder.build();
  }

  private @Nullable Proxy proxy() throws IOException {
    if (proxy == null) {
      return null;
    }
    InetSocketAddress address = InetSocketAddress.createUnresolved(proxy.host(), proxy.port());
    String password =
        proxyPasswordFile == null ? null : Files.readString(proxyPasswordFile).strip();
    return Proxy.http(address, proxyUser, password);
  }

  private Map<String, String> allHeaders() throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    if (tokenFile != null) {
      all.put("Authorization", "Bearer " + Files.readString(tokenFile).strip());
    }
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon < 1) {
        throw usage("--header: '" + header + "' is not 'NAME: VALUE'");
      }
      all.put(header.substring(0, colon), header.substring(colon + 1).strip());
    }
    return all;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
