package dev.penstock.client.doctor.registries;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.check.Probes;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.network.Network;
import dev.penstock.client.network.ProxySettings;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.http.Origin;
import dev.penstock.tunnel.connection.ConnectException;
import dev.penstock.tunnel.connection.ConnectStep;
import dev.penstock.tunnel.connection.Connecting;
import dev.penstock.tunnel.connection.Destination;
import dev.penstock.tunnel.connection.ForeignText;
import dev.penstock.tunnel.connection.Tls;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The way to one registry: TCP, through the proxy if there is one, and TLS. Any thread. */
final class RegistryConnection {
  private static final Duration NOTICE = Duration.ofDays(14);

  private final RegistryEndpoint registry;
  private final String name;
  private final Origin origin;
  private final @Nullable ProxySettings proxy;
  private final Network network;
  private final Duration timeout;

  RegistryConnection(ClientConfig config, RegistryEndpoint registry) {
    this.registry = registry;
    name = registry.name();
    origin = Origin.of(registry.uri());
    network = config.registryNetwork();
    proxy = network.proxies().settingsFor(origin.isSecure(), origin.host(), origin.port());
    timeout = config.registryConnectTimeout();
  }

  /**
   * Connects, and closes again. Never fails.
   *
   * @param tls of the registries' leg
   * @return a line for the way, and one for TLS if the URL wants it
   */
  CompletableFuture<List<Line>> examine(SslContext tls, EventLoop loop) {
    CompletableFuture<List<Line>> lines = new CompletableFuture<>();
    Time watch = Time.start();
    try {
      Connecting.begin(destination(tls), loop, timeout)
          .channel()
          .addListener(connected -> lines.complete(judge(connected, watch.elapsed())));
    } catch (IOException e) {
      lines.complete(
          List.of(
              Line.fail(
                  RegistriesLayer.NAME,
                  name + " reach",
                  watch.elapsed(),
                  String.valueOf(e.getMessage()),
                  "check the path and its permissions")));
    }
    return lines;
  }

  private Destination destination(SslContext tls) throws IOException {
    String host = origin.host().replaceAll("[\\[\\]]", ""); // of an IPv6 address
    String serverName = network.serverName(origin.host());
    return new Destination(
        origin.toString(),
        host,
        origin.port(),
        proxy == null ? null : proxy.read(),
        origin.isSecure() ? new Tls(tls, serverName == null ? host : serverName) : null);
  }

  private List<Line> judge(Future<? super Channel> connected, Duration took) {
    List<Line> lines = new ArrayList<>();
    if (connected.isSuccess()) {
      Channel channel = (Channel) connected.getNow();
      lines.add(reached(took));
      SslHandler handler = channel.pipeline().get(SslHandler.class);
      if (handler != null) {
        lines.add(secured(handler.engine().getSession(), took));
      }
      channel.close();
    } else {
      failed(lines, connected.cause(), took);
    }
    return lines;
  }

  private Line reached(Duration took) {
    String through = proxy == null ? "" : " through " + proxy.host() + ":" + proxy.port();
    return Line.pass(
        RegistriesLayer.NAME, name + " reach", took, origin + " takes connections" + through);
  }

  private void failed(List<Line> lines, Throwable cause, Duration took) {
    boolean isTls =
        cause instanceof ConnectException connecting && connecting.step() == ConnectStep.TLS;
    if (isTls) {
      lines.add(reached(took));
    }
    lines.add(
        Line.fail(
            RegistriesLayer.NAME,
            name + (isTls ? " tls" : " reach"),
            took,
            String.valueOf(cause.getMessage()),
            Probes.unreached(registry, cause).advice()));
  }

  private Line secured(SSLSession session, Duration took) {
    String subject = name + " tls";
    try {
      X509Certificate leaf = (X509Certificate) session.getPeerCertificates()[0];
      Instant end = leaf.getNotAfter().toInstant();
      String seen =
          "%s, by %s, valid until %s"
              .formatted(
                  session.getProtocol(),
                  ForeignText.printable(leaf.getIssuerX500Principal().getName()),
                  end);
      return end.isBefore(Instant.now().plus(NOTICE))
          ? Line.warn(RegistriesLayer.NAME, subject, took, seen, "have it renewed")
          : Line.pass(RegistriesLayer.NAME, subject, took, seen);
    } catch (SSLPeerUnverifiedException e) {
      return Line.pass(RegistriesLayer.NAME, subject, took, session.getProtocol());
    }
  }
}
