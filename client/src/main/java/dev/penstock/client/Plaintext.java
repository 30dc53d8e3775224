package dev.penstock.client;

import dev.penstock.client.credentials.AuthFiles;
import dev.penstock.client.credentials.RegistryHost;
import dev.penstock.client.registry.RegistryEndpoint;
import java.util.List;

/** Which secrets of a configuration go out unencrypted, and not to this machine alone. */
public final class Plaintext {
  private Plaintext() {}

  /** Whether the tunnel's token does. */
  public static boolean showsToken(ClientConfig config) {
    return config.server().getScheme().equals("ws") && !isLoopback(config.server().getHost());
  }

  /**
   * The registries to which a password does, or whatever else an auth file has for them. Blocks for
   * a look at that file.
   */
  public static List<RegistryEndpoint> showingPassword(ClientConfig config) {
    return config.registries().stream()
        .filter(registry -> "http".equalsIgnoreCase(registry.uri().getScheme()))
        .filter(registry -> !isLoopback(registry.uri().getHost()))
        .filter(registry -> mayHaveCredentials(config, registry))
        .toList();
  }

  private static boolean mayHaveCredentials(ClientConfig config, RegistryEndpoint registry) {
    AuthFiles files = config.authFiles();
    return registry.credentials() != null
        || (files != null && files.mayHave(RegistryHost.of(registry.uri())));
  }

  /** By its text: what a name resolves to can change. */
  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }
}
