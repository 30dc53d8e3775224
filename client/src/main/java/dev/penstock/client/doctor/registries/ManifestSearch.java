package dev.penstock.client.doctor.registries;

import dev.penstock.client.names.Repository;
import dev.penstock.client.names.Tag;
import dev.penstock.client.policy.Access;
import dev.penstock.client.policy.Operation;
import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.RepositoryPattern;
import dev.penstock.client.policy.Rule;
import dev.penstock.client.registry.Page;
import dev.penstock.client.registry.PageRequest;
import dev.penstock.client.registry.RegistryException;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.http.HttpTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds a manifest that may be read, where nobody named one: of a repository that the policy names,
 * or else of the first in the registry's catalog that it allows. What it does not show to a caller
 * is not asked for here either, so that nothing of it gets into a report.
 *
 * <p>Any thread.
 */
final class ManifestSearch {
  /** For all of it: the doctor has more to do. */
  private static final Duration BOUND = Duration.ofSeconds(5);

  private static final int MAX_REPOSITORIES = 3;
  private static final int MAX_PAGES = 10;
  private static final int TAGS = 10;

  private final RegistryReader reader;
  private final String registry;
  private final Policy policy;

  ManifestSearch(RegistryReader reader, Policy policy) {
    this.reader = reader;
    this.registry = reader.endpoint().name();
    this.policy = policy;
  }

  /** There is none that can be found; the message says why, and names nothing that is hidden. */
  static final class NoneException extends Exception {
    private static final long serialVersionUID = 1;

    NoneException(String message) {
      super(message);
    }
  }

  /** Fails with a {@link NoneException} and with nothing else, within {@link #BOUND}. */
  CompletableFuture<ManifestName> run() {
    List<Repository> named = named();
    CompletableFuture<ManifestName> found = named.isEmpty() ? inCatalog() : firstWithTag(named, 0);
    return found
        .orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS)
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(explained(failure)));
  }

  private static NoneException explained(Throwable failure) {
    Throwable cause = HttpTransport.unwrap(failure);
    return cause instanceof NoneException known
        ? known
        : new NoneException(
            cause instanceof TimeoutException
                ? "the registry's lists took longer than %d s".formatted(BOUND.toSeconds())
                : String.valueOf(cause.getMessage()));
  }

  /** Those that the policy writes without a wildcard. */
  private List<Repository> named() {
    return policy.rules().stream()
        .filter(rule -> rule.effect() == Rule.Effect.ALLOW)
        .flatMap(rule -> rule.repositories().stream())
        .map(RepositoryPattern::text)
        .filter(text -> text.indexOf('*') < 0)
        .distinct()
        .map(Repository::new)
        .filter(this::isReadable)
        .limit(MAX_REPOSITORIES)
        .toList();
  }

  private boolean isReadable(Repository repository) {
    return isAllowed(Access.to(registry, repository, Operation.LIST_TAGS))
        && isAllowed(Access.to(registry, repository, Operation.FETCH_MANIFEST));
  }

  private boolean isAllowed(Access access) {
    return policy.judge(access).isAllowed();
  }

  private CompletableFuture<ManifestName> inCatalog() {
    return isAllowed(Access.listRepositories(registry))
        ? inCatalog(new PageRequest(0, null), 1)
        : none("no rule names a repository without '*', and the catalog may not be listed");
  }

  private CompletableFuture<ManifestName> inCatalog(PageRequest request, int pages) {
    return reader
        .repositories(request)
        .thenCompose(
            page -> {
              List<Repository> readable =
                  page.entries().stream()
                      .filter(repository -> policy.shows(registry, repository))
                      .filter(this::isReadable)
                      .limit(MAX_REPOSITORIES)
                      .toList();
              return readable.isEmpty() ? further(page, pages) : firstWithTag(readable, 0);
            });
  }

  private CompletableFuture<ManifestName> further(Page<Repository> page, int pages) {
    if (page.next() == null) {
      return none("the catalog has no repository whose tags and manifests may be read");
    }
    return pages == MAX_PAGES
        ? none("the first pages of the catalog have no repository that may be read")
        : inCatalog(new PageRequest(0, page.next()), pages + 1);
  }

  /** A repository may have none, or be closed to the account though it stands in the catalog. */
  private CompletableFuture<ManifestName> firstWithTag(List<Repository> repositories, int at) {
    Repository repository = repositories.get(at);
    boolean isLast = at == repositories.size() - 1;
    return reader
        .tags(repository, new PageRequest(TAGS, null))
        .thenCompose(page -> first(repository, page.entries()))
        .exceptionallyCompose(
            failure ->
                isLast || !isOfRepository(HttpTransport.unwrap(failure))
                    ? CompletableFuture.failedFuture(failure)
                    : firstWithTag(repositories, at + 1));
  }

  private static boolean isOfRepository(Throwable failure) {
    return failure instanceof NoneException
        || (failure instanceof RegistryException known
            && (known.kind() == RegistryException.Kind.NOT_FOUND
                || known.kind() == RegistryException.Kind.DENIED));
  }

  private CompletableFuture<ManifestName> first(Repository repository, List<Tag> tags) {
    return tags.isEmpty()
        ? none(repository + " has no tag")
        : CompletableFuture.completedFuture(new ManifestName(registry, repository, tags.get(0)));
  }

  private static <T> CompletableFuture<T> none(String why) {
    return CompletableFuture.failedFuture(new NoneException(why));
  }
}
