package dev.penstock.client.credentials;

import dev.penstock.client.credentials.Credentials.None;
import dev.penstock.client.credentials.Lookup.Ask;
import dev.penstock.client.credentials.Lookup.Known;
import dev.penstock.client.names.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The customer's credentials for registries, as Docker and Podman keep them. Each look-up sees the
 * files as they are now; what a helper answered is kept for a time. Any thread; nothing blocks but
 * {@link #open} and {@link #close}. Whoever opens it closes it.
 */
public final class CredentialStore implements AutoCloseable {
  private final List<WatchedAuthFile> files;
  private final HelperAnswers helpers;
  private final LookupThreads threads = new LookupThreads("penstock-credential-files", 1);

  private CredentialStore(List<WatchedAuthFile> files, HelperAnswers helpers) {
    this.files = files;
    this.helpers = helpers;
  }

  /**
   * Reads the files for the first time; no helper runs before it is needed.
   *
   * @param environment of helpers: their PATH, and where they find their own configuration; of
   *     ours, PENSTOCK_*, they get nothing
   * @throws CredentialsException naming the file that is broken, or is not there and should be
   */
  public static CredentialStore open(
      AuthFiles files, CredentialOptions options, Map<String, String> environment)
      throws CredentialsException {
    return open(files, options, environment, System::nanoTime);
  }

  static CredentialStore open(
      AuthFiles files,
      CredentialOptions options,
      Map<String, String> environment,
      LongSupplier nanoClock)
      throws CredentialsException {
    List<WatchedAuthFile> watched = new ArrayList<>();
    for (var path : files.paths()) {
      WatchedAuthFile file = new WatchedAuthFile(path, files.mayBeAbsent());
      file.current();
      watched.add(file);
    }
    HelperPrograms programs = new HelperPrograms(environment);
    return new CredentialStore(
        List.copyOf(watched), new HelperAnswers(programs, options, nanoClock));
  }

  /**
   * What to show to a registry; {@link None} when the customer keeps nothing for it. Fails with a
   * {@link CredentialsException} when a file is broken or a helper fails.
   *
   * @param repository that is to be read, as some keep credentials by namespace; null: none, as for
   *     the list of repositories
   */
  public CompletableFuture<Credentials> find(
      RegistryHost registry, @Nullable Repository repository) {
    return threads
        .submit(() -> search(registry, repository, 0, List.of()))
        .thenCompose(answer -> answer);
  }

  /**
   * Tells that a registry refused these. What a helper answered is dropped, so that the next
   * look-up asks it again; unless it was only just asked.
   */
  public void refused(Credentials credentials) {
    helpers.refused(credentials);
  }

  /** Kills helpers that run, and fails look-ups that wait. Idempotent. */
  @Override
  public void close() {
    threads.close();
    helpers.close();
  }

  /**
   * From this file on. As in containers/image, the first file with credentials counts, be it that a
   * helper has them.
   *
   * @param looked where there were none
   */
  private CompletableFuture<Credentials> search(
      RegistryHost registry, @Nullable Repository repository, int index, List<String> looked) {
    if (index == files.size()) {
      return CompletableFuture.completedFuture(new None(String.join(", ", looked)));
    }
    return look(files.get(index), registry, repository)
        .thenCompose(
            found -> {
              if (found instanceof None none) {
                List<String> places = new ArrayList<>(looked);
                places.add(none.place());
                return search(registry, repository, index + 1, places);
              }
              return CompletableFuture.completedFuture(found);
            });
  }

  private CompletableFuture<Credentials> look(
      WatchedAuthFile file, RegistryHost registry, @Nullable Repository repository) {
    try {
      Optional<AuthFile> content = file.current();
      if (content.isEmpty()) {
        return CompletableFuture.completedFuture(new None(file + " (not there)"));
      }
      Lookup lookup = content.get().find(registry, repository);
      if (lookup instanceof Ask ask) {
        return helpers.ask(ask.helper()).thenApply(ask::explain);
      }
      return CompletableFuture.completedFuture(((Known) lookup).credentials());
    } catch (CredentialsException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The files. */
  @Override
  public String toString() {
    return "credentials in " + files;
  }
}
