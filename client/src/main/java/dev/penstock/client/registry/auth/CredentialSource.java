package dev.penstock.client.registry.auth;

import dev.penstock.client.credentials.Credentials;
import dev.penstock.client.names.Repository;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Has the credentials for one registry, as they are now. Any thread; nothing blocks. */
public interface CredentialSource {
  /**
   * What to show when the registry asks. Fails with an {@link java.io.IOException} whose message is
   * for the customer, and not for callers.
   *
   * @param repository that is to be read; null: none in particular
   */
  CompletableFuture<Credentials> find(@Nullable Repository repository);

  /** The registry, or its token server, has refused these. */
  void refused(Credentials credentials);
}
