package dev.penstock.client.registry.http;

import dev.penstock.tunnel.connection.Proxy;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
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
    Function<Origin, @Nullable Proxy> proxies) {

  /** Each by its own name, without a proxy. */
  public static Reach directly(SslContext tls) {
    return new Reach(tls, origin -> null, origin -> null);
  }
}
