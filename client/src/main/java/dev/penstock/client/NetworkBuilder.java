package dev.penstock.client;

import dev.penstock.client.network.Network;
import dev.penstock.client.network.NoProxy;
import dev.penstock.client.network.ProxyRules;
import dev.penstock.client.network.ProxySettings;
import dev.penstock.tunnel.connection.ClientTls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects a {@link Network}; the settings of both legs are alike. Not for several threads. */
public final class NetworkBuilder {
  private static final String NONE = "none";

  private final String proxyKey;
  private final String certificateKey;
  private final List<String> noProxy = new ArrayList<>();
  private final Map<String, String> serverNames = new HashMap<>();
  private Map<String, String> environment = Map.of();
  private @Nullable String proxy;
  private @Nullable Secret proxyPassword;
  private @Nullable Path ca;
  private @Nullable Path clientCertificate;
  private @Nullable Path clientKey;

  NetworkBuilder(String proxyKey, String certificateKey) {
    this.proxyKey = proxyKey;
    this.certificateKey = certificateKey;
  }

  void environment(Map<String, String> variables) {
    environment = Map.copyOf(variables);
  }

  /** A URL, or {@code none}: whatever the environment says. */
  public NetworkBuilder proxy(String value) {
    proxy = value;
    return this;
  }

  public NetworkBuilder proxyPassword(Secret value) {
    proxyPassword = value;
    return this;
  }

  /** Adds a host that is reached without the configured proxy. */
  public NetworkBuilder noProxy(String value) {
    noProxy.add(value);
    return this;
  }

  /** A bundle, or {@link ClientTls#PLATFORM}. */
  public NetworkBuilder ca(Path pemFile) {
    ca = pemFile;
    return this;
  }

  public NetworkBuilder clientCertificate(Path pemFile) {
    clientCertificate = pemFile;
    return this;
  }

  public NetworkBuilder clientKey(Path pemFile) {
    clientKey = pemFile;
    return this;
  }

  /** What to ask {@code host} for under TLS. */
  public NetworkBuilder serverName(String host, String name) {
    serverNames.put(host.toLowerCase(Locale.ROOT), name);
    return this;
  }

  Network build() {
    return new Network(proxies(), tls(), serverNames);
  }

  private ProxyRules proxies() {
    if (proxy == null && proxyPassword == null) {
      return ProxyRules.ofEnvironment(environment);
    }
    if (proxy == null) {
      throw new IllegalArgumentException(
          "%s is missing, and %s-password-file is there".formatted(proxyKey, proxyKey));
    }
    return proxy.equals(NONE)
        ? ProxyRules.DIRECT
        : ProxyRules.through(
            ProxySettings.parse(proxyKey, proxy, proxyPassword), new NoProxy(noProxy));
  }

  private ClientTls tls() {
    try {
      return new ClientTls(ca, clientCertificate, clientKey);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s and its key: %s".formatted(certificateKey, e.getMessage()), e);
    }
  }
}
