package dev.penstock.client.registry.auth;

import dev.penstock.client.credentials.CredentialStore;
import dev.penstock.client.credentials.Credentials;
import dev.penstock.client.credentials.RegistryHost;
import dev.penstock.client.names.Repository;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What Docker's or Podman's files and helpers have for a registry. */
public record StoredCredentials(CredentialStore store, RegistryHost registry)
    implements CredentialSource {

  @Override
  public CompletableFuture<Credentials> find(@Nullable Repository repository) {
    return store.find(registry, repository);
  }

  @Override
  public void refused(Credentials credentials) {
    store.refused(credentials);
  }
}
