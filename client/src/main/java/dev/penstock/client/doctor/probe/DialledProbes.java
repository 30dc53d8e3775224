package dev.penstock.client.doctor.probe;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.network.Network;
import dev.penstock.client.network.ProxySettings;
import dev.penstock.tunnel.connection.EventLoops;
import dev.penstock.tunnel.connection.TlsFiles;
import dev.penstock.tunnel.probe.ProbeLine;
import dev.penstock.tunnel.probe.ProbeTarget;
import dev.penstock.tunnel.websocket.dial.DialAnswer;
import dev.penstock.tunnel.websocket.dial.DialException;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Probes as the client's own configuration has them dialled: its token, its proxy, its trust. */
final class DialledProbes implements ProbeSource {
  private static final String SERVER = "Penstock-Server";
  private static final int SWITCHING_PROTOCOLS = 101;

  private final ClientConfig config;
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1,
          new DefaultThreadFactory("penstock-doctor-probes", true),
          EventLoops.ioHandlerFactory());

  DialledProbes(ClientConfig config) {
    this.config = config;
  }

  @Override
  public CompletableFuture<Probe> open() {
    CompletableFuture<Probe> opening = new CompletableFuture<>();
    try {
      var unused =
          ProbeLine.open(target())
              .whenComplete(
                  (line, failure) -> {
                    if (failure != null) {
                      opening.completeExceptionally(explain(failure));
                    } else if (!opening.complete(new LineProbe(line))) {
                      line.close();
                    }
                  });
    } catch (IOException | IllegalArgumentException e) {
      opening.completeExceptionally(ProbeException.unreachable(String.valueOf(e.getMessage()), e));
    }
    return opening;
  }

  /** Files are looked at for each, as each dial does. */
  private ProbeTarget target() throws IOException {
    URI server = config.server();
    Network network = config.network();
    boolean isSecure = server.getScheme().equals("wss");
    int port = server.getPort() >= 0 ? server.getPort() : isSecure ? 443 : 80;
    ProxySettings proxy = network.proxies().settingsFor(isSecure, server.getHost(), port);
    return new ProbeTarget(
        server,
        config.tunnel(),
        config.token().read(),
        proxy == null ? null : proxy.read(),
        TlsFiles.dialling(network.tls()),
        network.serverName(server.getHost()),
        config.handshakeTimeout(),
        loop.next(),
        "doctor-" + UUID.randomUUID(),
        config.asked());
  }

  private static ProbeException explain(Throwable failure) {
    Optional<DialAnswer> answer =
        failure instanceof DialException dial ? dial.answer() : Optional.empty();
    String message = String.valueOf(failure.getMessage());
    if (answer.isEmpty()) {
      return ProbeException.unreachable(message, failure);
    }
    return answer.get().status() == SWITCHING_PROTOCOLS
        ? ProbeException.mute(message)
        : ProbeException.refused(
            message, answer.get().status(), answer.get().headers().first(SERVER).isPresent());
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
