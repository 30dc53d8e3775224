package dev.penstock.client.credentials;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * A registry as credentials are kept for it: by host and port, without a scheme.
 *
 * @param name host and port as the registry's URL has them, in lower case
 * @param defaultPort which the name may leave out
 */
public record RegistryHost(String name, int defaultPort) {
  private static final String HUB = "index.docker.io";

  /** Docker's key for Docker Hub, since the days of the first registry API. */
  private static final String HUB_KEY = "https://" + HUB + "/v1/";

  /** One registry by three names; containers/image (normalizeRegistry) takes them for one, too. */
  private static final List<String> HUB_NAMES = List.of(HUB, "docker.io", "registry-1.docker.io");

  /** The host of a registry's http or https URL. */
  public static RegistryHost of(URI registry) {
    String host = String.valueOf(registry.getHost()).toLowerCase(Locale.ROOT);
    int defaultPort = "https".equalsIgnoreCase(registry.getScheme()) ? 443 : 80;
    int port = registry.getPort();
    return new RegistryHost(port < 0 ? host : host + ":" + port, defaultPort);
  }

  /** How Docker calls it in {@code credHelpers} and to a helper. */
  String dockerKey() {
    return isHub() ? HUB_KEY : name;
  }

  /** Whether a key's host means this registry. */
  boolean isCalled(String host) {
    return isHub() ? HUB_NAMES.contains(withoutPort(host)) : withoutPort(host).equals(bareName());
  }

  private boolean isHub() {
    return HUB_NAMES.contains(bareName());
  }

  private String bareName() {
    return withoutPort(name);
  }

  /** Only the default port may be left out; another port is another registry. */
  private String withoutPort(String host) {
    String suffix = ":" + defaultPort;
    return host.endsWith(suffix) ? host.substring(0, host.length() - suffix.length()) : host;
  }

  @Override
  public String toString() {
    return name;
  }
}
