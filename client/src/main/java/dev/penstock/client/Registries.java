package dev.penstock.client;

import dev.penstock.client.credentials.AuthFiles;
import dev.penstock.client.credentials.CredentialOptions;
import dev.penstock.client.credentials.CredentialStore;
import dev.penstock.client.credentials.RegistryHost;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.RegistryOptions;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.auth.StoredCredentials;
import dev.penstock.client.registry.http.HttpOptions;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.Reach;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The customer's registries, as the configuration has them, and what it takes to read them. */
final class Registries implements AutoCloseable {
  private final HttpTransport transport;
  private final @Nullable CredentialStore credentials;
  private final List<RegistryReader> readers;

  private Registries(
      HttpTransport transport,
      @Nullable CredentialStore credentials,
      List<RegistryReader> readers) {
    this.transport = transport;
    this.credentials = credentials;
    this.readers = readers;
  }

  /**
   * Reads the files that the configuration names; connects to nothing.
   *
   * @throws IOException naming the file that cannot be used
   */
  static Registries open(ClientConfig config) throws IOException {
    HttpOptions http = httpOptions(config);
    AuthFiles files = config.authFiles();
    CredentialStore credentials =
        files == null
            ? null
            : CredentialStore.open(files, CredentialOptions.DEFAULTS, System.getenv());
    HttpTransport transport = new HttpTransport(http);
    List<RegistryReader> readers =
        config.registries().stream()
            .map(at -> reader(at, credentials, options(config), transport))
            .toList();
    return new Registries(transport, credentials, readers);
  }

  private static RegistryReader reader(
      RegistryEndpoint at,
      @Nullable CredentialStore credentials,
      RegistryOptions options,
      HttpTransport transport) {
    return credentials == null
        ? new RegistryReader(at, options, transport)
        : new RegistryReader(
            at, new StoredCredentials(credentials, RegistryHost.of(at.uri())), options, transport);
  }

  private static HttpOptions httpOptions(ClientConfig config) throws IOException {
    return new HttpOptions(
        config.registryConnectTimeout(),
        config.registryHeaderTimeout(),
        config.registryStallTimeout(),
        HttpOptions.DEFAULT_MAX_REDIRECTS,
        Reach.through(config.registryNetwork()));
  }

  private static RegistryOptions options(ClientConfig config) {
    RegistryOptions defaults = RegistryOptions.DEFAULTS;
    return new RegistryOptions(
        defaults.maxManifestBytes(),
        defaults.maxSkippedBytes(),
        defaults.openingPatience(),
        config.registryPatience(),
        defaults.idleTimeout());
  }

  /** In the order of the configuration: the first is the default. */
  List<RegistryReader> readers() {
    return readers;
  }

  @Override
  public void close() {
    transport.close();
    if (credentials != null) {
      credentials.close();
    }
  }
}
