package dev.penstock.client.registry;

import dev.penstock.client.names.Repository;
import dev.penstock.client.names.Tag;
import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.auth.Scopes;
import java.util.function.Function;

/**
 * A list of names that a registry keeps.
 *
 * @param member the array in the answer's JSON
 * @param parser throws on names outside the grammar
 * @param what for errors
 * @param isOptional whether registries may lack it, or keep it to themselves
 */
record NameList<T>(
    String path,
    String scope,
    String member,
    Function<String, T> parser,
    String what,
    boolean isOptional) {

  /** The tags of a repository (distribution specification 1.1, "Listing Tags"). */
  static NameList<Tag> tags(Repository repository) {
    return new NameList<>(
        "/v2/" + repository + "/tags/list",
        Scopes.pull(repository),
        "tags",
        Tag::new,
        "tags of " + repository,
        false);
  }

  /** The repositories of a registry, which the specification knows of by name alone. */
  static NameList<Repository> repositories() {
    return new NameList<>(
        "/v2/_catalog", Scopes.CATALOG, "repositories", Repository::new, "catalog", true);
  }

  RegistryException failure(ListAnswer answer, Failures failures) {
    boolean isRefused =
        switch (answer.status()) {
          case 401, 403, 404, 405, 501 -> true;
          default -> false;
        };
    return isOptional && isRefused
        ? failures.of(
            Kind.UNSUPPORTED,
            "the registry has no catalog, or keeps it from the customer's account (%d); name the"
                    .formatted(answer.status())
                + " repositories instead")
        : answer.failure(failures);
  }
}
