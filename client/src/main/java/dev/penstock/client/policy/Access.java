package dev.penstock.client.policy;

import dev.penstock.client.names.Repository;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a caller asks, with parsed names, to be judged by a {@link Policy}.
 *
 * @param registry its name; where a caller left it empty, the name of the first
 * @param repository null for {@link Operation#LIST_REPOSITORIES} and for nothing else
 */
public record Access(String registry, @Nullable Repository repository, Operation operation) {
  /**
   * Checks the registry's name, and that there is a repository where one belongs.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public Access {
    require(
        RegistryPattern.isName(registry),
        "registry %s is not a name of a registry".formatted(Quoted.of(registry)));
    boolean isOfRegistry = operation == Operation.LIST_REPOSITORIES;
    require(
        isOfRegistry == (repository == null),
        operation + (isOfRegistry ? " takes no repository" : " needs a repository"));
  }

  /** An access to one repository. */
  public static Access to(String registry, Repository repository, Operation operation) {
    return new Access(registry, repository, operation);
  }

  /** The listing of a registry's repositories. */
  public static Access listRepositories(String registry) {
    return new Access(registry, null, Operation.LIST_REPOSITORIES);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
