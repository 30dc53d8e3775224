package dev.penstock.client.registry.http;

import dev.penstock.client.network.Network;
import dev.penstock.client.network.ProxySettings;
import dev.penstock.tunnel.connection.TlsFiles;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How origins are reached.
 *
 * @param tls whom to trust and what to present
 * @param serverNames what to ask an origin for under TLS; null: its host
 * @param proxies through what to reach an origin; null: directly
 */
public record Reach(
    SslContext tls,
    Function<Origin, @Nullable String> serverNames,
    Function<Origin, @Nullable ProxySettings> proxies) {

  /**
   * As the customer's network wants it.
   *
   * @throws IOException naming the certificate or key that cannot be used
   */
  public static Reach through(Network network) throws IOException {
    return new Reach(
        TlsFiles.dialling(network.tls()),
        origin -> network.serverName(origin.host()),
        origin -> network.proxies().settingsFor(origin.isSecure(), origin.host(), origin.port()));
  }

  /** Each by its own name, without a proxy. */
  public static Reach directly(SslContext tls) {
    return new Reach(tls, origin -> null, origin -> null);
  }
}
