package dev.penstock.client.check;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.network.Network;
import dev.penstock.client.registry.http.Explanation;
import dev.penstock.client.registry.http.HttpOptions;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.LateAnswerException;
import dev.penstock.client.registry.http.Reach;
import dev.penstock.tunnel.connection.ConnectException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * One of the two ways out of this network, with what to say when it leads nowhere.
 *
 * @param urlKey the setting that names the far end
 * @param prefix of the settings that say how to get there
 */
record Leg(String urlKey, String prefix) {
  static final Leg SERVER = new Leg("server", "");
  static final Leg REGISTRY = new Leg("registry", "registry-");

  /** Opens what sends requests along it. */
  HttpTransport open(ClientConfig config) throws IOException {
    boolean isServer = equals(SERVER);
    Network network = isServer ? config.network() : config.registryNetwork();
    Duration connecting = isServer ? config.handshakeTimeout() : config.registryConnectTimeout();
    return new HttpTransport(
        new HttpOptions(
            connecting,
            isServer ? config.handshakeTimeout() : config.registryHeaderTimeout(),
            config.registryStallTimeout(),
            HttpOptions.DEFAULT_MAX_REDIRECTS,
            Reach.through(network)));
  }

  /** What a request that brought no answer says of this leg. */
  Finding failed(String subject, Throwable failure) {
    Throwable cause = HttpTransport.unwrap(failure);
    return Finding.unreachable(subject, Explanation.of(cause), advice(cause));
  }

  private String advice(Throwable cause) {
    if (cause instanceof ConnectException connecting) {
      return switch (connecting.step()) {
        case CONNECT -> connectAdvice(cause);
        case PROXY ->
            "check --%1$sproxy, its user and its password, and that it lets this host pass"
                .formatted(prefix);
        case TLS -> tlsAdvice(cause);
      };
    }
    return cause instanceof LateAnswerException
        ? "something took the connection and keeps silent; check the port in --" + urlKey
        : "check the host and the port in --%s, and what stands in between".formatted(urlKey);
  }

  private String connectAdvice(Throwable cause) {
    return TlsFailure.hasCause(cause, UnknownHostException.class)
        ? "check the host in --%s and this machine's DNS; behind a proxy, give --%sproxy"
            .formatted(urlKey, prefix)
        : "is it up, its port right in --%s and open from here? behind a proxy, give --%sproxy"
            .formatted(urlKey, prefix);
  }

  private String tlsAdvice(Throwable cause) {
    return switch (TlsFailure.of(cause)) {
      case NOT_VALID_NOW -> "have its certificate renewed, or set this machine's clock";
      case NOT_TRUSTED ->
          "give the PEM certificate of the authority that signed it by --%sca".formatted(prefix);
      case OTHER ->
          "does it speak TLS on this port, and is its certificate for this host? if for another"
              + " name, give --%sserver-name".formatted(prefix);
    };
  }
}
