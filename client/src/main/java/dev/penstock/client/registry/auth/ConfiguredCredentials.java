package dev.penstock.client.registry.auth;

import dev.penstock.client.credentials.Credentials;
import dev.penstock.client.credentials.Credentials.None;
import dev.penstock.client.credentials.Credentials.UserPassword;
import dev.penstock.client.credentials.LookupThreads;
import dev.penstock.client.names.Repository;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The user and the password of the configuration. The password is read when a registry asks, so
 * that a rotated one needs no restart.
 *
 * @param basic null: anonymous
 * @param lookups where the password is read; not closed here
 */
public record ConfiguredCredentials(@Nullable BasicCredentials basic, LookupThreads lookups)
    implements CredentialSource {

  @Override
  public CompletableFuture<Credentials> find(@Nullable Repository repository) {
    if (basic == null) {
      return CompletableFuture.completedFuture(
          new None("--registry-username and --registry-auth-file"));
    }
    String place =
        "user '%s' and the password in %s (--registry-username, --registry-password-file)"
            .formatted(basic.username(), basic.password());
    return lookups.submit(
        () -> new UserPassword(basic.username(), basic.password().readPassword(), place));
  }

  @Override
  public void refused(Credentials credentials) {
    // The file is looked at each time anyway.
  }
}
