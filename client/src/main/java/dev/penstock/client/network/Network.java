package dev.penstock.client.network;

import dev.penstock.tunnel.connection.ClientTls;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one leg is gone: to the server, or to the registries.
 *
 * @param serverNames by host, in lower case: what to ask for under TLS in its place, and what the
 *     certificate has to be for
 */
public record Network(ProxyRules proxies, ClientTls tls, Map<String, String> serverNames) {

  /** Copies the names. */
  public Network {
    serverNames = Map.copyOf(serverNames);
  }

  /** What to ask a host for; null: its own name. */
  public @Nullable String serverName(String host) {
    return serverNames.get(host.toLowerCase(Locale.ROOT));
  }
}
