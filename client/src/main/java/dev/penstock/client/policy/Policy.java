package dev.penstock.client.policy;

import dev.penstock.client.names.Repository;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The customer's rules, in order.
 *
 * <p>Denied unless allowed. A deny rule about an access wins over every allow rule, wherever it
 * stands; otherwise the first allow rule about it decides, and with it the largest blob.
 *
 * <p>The listing of a registry's repositories is judged by registry and operation alone, and what
 * it shows is then judged one by one with {@link #shows}.
 */
public record Policy(List<Rule> rules) {
  /** The name of the rule that {@code --allow} makes. */
  private static final String ALLOW_SETTING = "--allow";

  /**
   * Copies the rules; without any, nothing is allowed.
   *
   * @throws IllegalArgumentException when two have one name, since an answer could mean either
   */
  public Policy {
    rules = List.copyOf(rules);
    Set<String> names = new HashSet<>();
    for (Rule rule : rules) {
      if (!names.add(rule.name())) {
        throw new IllegalArgumentException(
            "rules: two are called '%s'; give each a name of its own".formatted(rule.name()));
      }
    }
  }

  /** All operations on these repositories, in all registries, and nothing else. */
  public static Policy allowing(List<RepositoryPattern> repositories) {
    return new Policy(
        repositories.isEmpty() ? List.of() : List.of(Rule.allow(ALLOW_SETTING, repositories)));
  }

  /** Whether it may be, and by which rule. */
  public Verdict judge(Access access) {
    return first(Rule.Effect.DENY, access)
        .<Verdict>map(rule -> new Verdict.Denied(Optional.of(rule.name())))
        .or(() -> first(Rule.Effect.ALLOW, access).map(Policy::allowed))
        .orElseGet(() -> new Verdict.Denied(Optional.empty()));
  }

  private static Verdict allowed(Rule rule) {
    return new Verdict.Allowed(rule.name(), rule.largestBlobBytes());
  }

  private Optional<Rule> first(Rule.Effect effect, Access access) {
    return rules.stream()
        .filter(rule -> rule.effect() == effect && rule.isAbout(access))
        .findFirst();
  }

  /**
   * Whether a listing of the registry may name the repository: some operation on it is allowed, the
   * listing itself counted, and no rule denies {@code list-repositories} for it.
   */
  public boolean shows(String registry, Repository repository) {
    Set<Operation> allowed = EnumSet.noneOf(Operation.class);
    Set<Operation> denied = EnumSet.noneOf(Operation.class);
    for (Rule rule : rules) {
      if (rule.names(registry, repository)) {
        (rule.effect() == Rule.Effect.ALLOW ? allowed : denied).addAll(rule.operations());
      }
    }
    allowed.removeAll(denied);
    return !denied.contains(Operation.LIST_REPOSITORIES) && !allowed.isEmpty();
  }
}
