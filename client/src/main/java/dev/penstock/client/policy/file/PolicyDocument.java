package dev.penstock.client.policy.file;

import dev.penstock.client.limits.Limits;
import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.RegistryPattern;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** What a policy file holds: what may be asked, and how much of it at once. */
public record PolicyDocument(Policy policy, Limits limits) {
  /** Allows nothing. */
  public static final PolicyDocument NOTHING = of(new Policy(List.of()));

  /** Only a policy, with no limits. */
  public static PolicyDocument of(Policy policy) {
    return new PolicyDocument(policy, Limits.NONE);
  }

  /**
   * What the file calls a registry and is none of these: most likely a typing error.
   *
   * @param registries the names of all there are
   */
  public List<String> unknownRegistries(Collection<String> registries) {
    return Stream.concat(
            policy.rules().stream().flatMap(rule -> rule.registries().stream()),
            limits.registries().keySet().stream().map(RegistryPattern::new))
        .filter(pattern -> registries.stream().noneMatch(pattern::matches))
        .map(RegistryPattern::text)
        .distinct()
        .toList();
  }

  /** For a log line. */
  String summary() {
    return "rules=%d, %s".formatted(policy.rules().size(), limits.summary());
  }
}
