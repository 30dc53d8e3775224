package dev.penstock.client.policy;

import dev.penstock.client.names.Repository;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a {@link Policy}: allows or denies some operations on some repositories of some
 * registries. It is about an access when each of the three names it.
 *
 * @param name by which answers cite the rule
 * @param largestBlobBytes of an allow rule: what a blob that is fetched may have at most
 */
public record Rule(
    String name,
    Effect effect,
    List<RegistryPattern> registries,
    List<RepositoryPattern> repositories,
    Set<Operation> operations,
    OptionalLong largestBlobBytes) {

  /** What a rule does. */
  public enum Effect {
    ALLOW,
    DENY
  }

  /** Stands in statuses and logs: one line, with nothing invisible in it. */
  private static final Pattern NAME = Pattern.compile("[\\P{C}&&[^\\p{Zl}\\p{Zp}]]{1,100}");

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException beginning with the key that is wrong, as in a policy file
   */
  public Rule {
    require(NAME.matcher(name).matches(), "name: 1 to 100 printable characters");
    require(!registries.isEmpty(), "registries: at least one");
    require(!repositories.isEmpty(), "allow or deny: at least one pattern");
    require(!operations.isEmpty(), "operations: at least one");
    registries = List.copyOf(registries);
    repositories = List.copyOf(repositories);
    operations = Collections.unmodifiableSet(EnumSet.copyOf(operations));
    if (largestBlobBytes.isPresent()) {
      require(largestBlobBytes.getAsLong() > 0, "largest-blob: at least 1 byte");
      require(effect == Effect.ALLOW, "largest-blob: only where the rule allows");
      require(
          operations.contains(Operation.FETCH_BLOB),
          "largest-blob: only where operations has fetch-blob");
    }
  }

  /** Allows all operations on these repositories, in all registries. */
  public static Rule allow(String name, List<RepositoryPattern> repositories) {
    return all(name, Effect.ALLOW, repositories);
  }

  /** Denies all operations on these repositories, in all registries. */
  public static Rule deny(String name, List<RepositoryPattern> repositories) {
    return all(name, Effect.DENY, repositories);
  }

  private static Rule all(String name, Effect effect, List<RepositoryPattern> repositories) {
    List<RegistryPattern> everywhere = List.of(RegistryPattern.ANY);
    return new Rule(name, effect, everywhere, repositories, Operation.ALL, OptionalLong.empty());
  }

  /** The same rule for these registries alone. */
  public Rule in(List<RegistryPattern> names) {
    return new Rule(name, effect, names, repositories, operations, largestBlobBytes);
  }

  /** The same rule about these operations alone. */
  public Rule about(Set<Operation> some) {
    return new Rule(name, effect, registries, repositories, some, largestBlobBytes);
  }

  /** The same rule with a largest blob. */
  public Rule upTo(long blobBytes) {
    return new Rule(name, effect, registries, repositories, operations, OptionalLong.of(blobBytes));
  }

  /** Whether the rule decides about this access. */
  boolean isAbout(Access access) {
    return operations.contains(access.operation())
        && names(access.registry())
        && names(access.repository());
  }

  /** Whether the rule has anything to say about this repository. */
  boolean names(String registry, Repository repository) {
    return names(registry) && names(repository);
  }

  private boolean names(String registry) {
    return registries.stream().anyMatch(pattern -> pattern.matches(registry));
  }

  /**
   * Without a repository the question is for a whole registry: then a denial counts only if it is
   * of all, or one denied repository would hide the others. The denied ones are missing in the
   * answer ({@link Policy#shows}).
   */
  private boolean names(@Nullable Repository repository) {
    return repository == null
        ? effect == Effect.ALLOW || repositories.contains(RepositoryPattern.ANY)
        : repositories.stream().anyMatch(pattern -> pattern.matches(repository));
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
