package dev.penstock.client.check;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.credentials.AuthFiles;
import dev.penstock.client.credentials.CredentialOptions;
import dev.penstock.client.credentials.CredentialStore;
import dev.penstock.client.credentials.RegistryHost;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.RegistryOptions;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.auth.ConfiguredCredentials;
import dev.penstock.client.registry.auth.CredentialSource;
import dev.penstock.client.registry.auth.StoredCredentials;
import dev.penstock.client.registry.http.HttpTransport;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What asks the peers of a configuration for an answer, the way the client itself would reach them.
 * The futures never fail, and complete within {@link #BOUND_SECONDS}. Any thread; whoever opens it
 * closes it.
 */
public final class Probes implements AutoCloseable {
  /** However slow a peer, its proxy, its token server and the credential helpers are. */
  static final int BOUND_SECONDS = 60;

  private final ClientConfig config;
  private final HttpTransport toServer;
  private final HttpTransport toRegistries;
  private final @Nullable CredentialStore store;

  private Probes(
      ClientConfig config,
      HttpTransport toServer,
      HttpTransport toRegistries,
      @Nullable CredentialStore store) {
    this.config = config;
    this.toServer = toServer;
    this.toRegistries = toRegistries;
    this.store = store;
  }

  /**
   * Reads the files that the configuration names; connects to nothing.
   *
   * @param environment of credential helpers
   * @throws IOException naming the file that cannot be used
   */
  public static Probes open(ClientConfig config, Map<String, String> environment)
      throws IOException {
    AuthFiles files = config.authFiles();
    HttpTransport toServer = Leg.SERVER.open(config);
    try {
      HttpTransport toRegistries = Leg.REGISTRY.open(config);
      try {
        CredentialStore store =
            files == null
                ? null
                : CredentialStore.open(files, CredentialOptions.DEFAULTS, environment);
        return new Probes(config, toServer, toRegistries, store);
      } catch (IOException e) {
        toRegistries.close();
        throw e;
      }
    } catch (IOException e) {
      toServer.close();
      throw e;
    }
  }

  /** Whether the server answers. */
  public CompletableFuture<Finding> server() {
    return bounded("server", new ServerProbe(config.server(), toServer).run());
  }

  /** Whether a registry answers, and takes the credentials that there are for it. */
  public CompletableFuture<Finding> registry(RegistryEndpoint registry) {
    return bounded(
        subject(registry), new RegistryProbe(registry, credentials(registry), toRegistries).run());
  }

  /** Whether a manifest can be read there, as it is when somebody asks through the tunnel. */
  public CompletableFuture<Finding> manifest(
      RegistryEndpoint registry, Repository repository, Reference reference) {
    return bounded(
        subject(registry), new ManifestProbe(reader(registry)).run(repository, reference));
  }

  /** What reads a registry for nobody but whoever tries it: no policy, no audit. */
  public RegistryReader reader(RegistryEndpoint registry) {
    return new RegistryReader(
        registry, credentials(registry), RegistryOptions.DEFAULTS, toRegistries);
  }

  /** What to say of a registry to which no connection could be made. */
  public static Finding unreached(RegistryEndpoint registry, Throwable failure) {
    return Leg.REGISTRY.failed(subject(registry), failure);
  }

  private static String subject(RegistryEndpoint registry) {
    return "registry '" + registry.name() + "'";
  }

  private CredentialSource credentials(RegistryEndpoint registry) {
    return store == null
        ? new ConfiguredCredentials(registry.credentials(), toRegistries.lookups())
        : new StoredCredentials(store, RegistryHost.of(registry.uri()));
  }

  private static CompletableFuture<Finding> bounded(
      String subject, CompletableFuture<Finding> probe) {
    return probe.completeOnTimeout(
        Finding.unreachable(
            subject,
            "no end within %d s".formatted(BOUND_SECONDS),
            "something on the way takes the connection and keeps silent"),
        BOUND_SECONDS,
        TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    toServer.close();
    toRegistries.close();
    if (store != null) {
      store.close();
    }
  }
}
