package dev.penstock.client.cli;

import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.RegistryPattern;
import dev.penstock.client.policy.RepositoryPattern;
import dev.penstock.client.policy.Rule;
import dev.penstock.client.policy.file.PolicyFile;
import dev.penstock.client.registry.RegistryEndpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code policy test} asks: a policy, and the names of the registries of the configuration, if
 * there is one.
 */
record PolicySubject(Policy policy, List<String> registries) {

  /**
   * As settings have it.
   *
   * @throws IllegalArgumentException naming the setting or the file that is wrong
   */
  static PolicySubject of(@Nullable String file, List<String> allow, List<String> registries) {
    if (file != null && !allow.isEmpty()) {
      throw new IllegalArgumentException("policy-file and allow: give one of them");
    }
    Policy policy =
        file == null
            ? Policy.allowing(allow.stream().map(RepositoryPattern::new).toList())
            : PolicyFile.read(Path.of(file)).policy();
    return new PolicySubject(
        policy,
        registries.stream().map(text -> RegistryEndpoint.parse(text, null).name()).toList());
  }

  /**
   * The registry that is meant; empty: whichever it is, the answer is the same.
   *
   * @param named null: the first
   * @throws IllegalArgumentException when there is none, or none of that name
   */
  Optional<String> registry(@Nullable String named) {
    if (named != null) {
      if (!registries.isEmpty() && !registries.contains(named)) {
        throw new IllegalArgumentException(
            "the configuration has no registry '%s'; it has %s".formatted(named, registries));
      }
      return Optional.of(named);
    }
    if (registries.isEmpty() && policy.rules().stream().anyMatch(rule -> !isForAll(rule))) {
      throw new IllegalArgumentException("some rules are for some registries: give --registry");
    }
    return registries.stream().findFirst();
  }

  private static boolean isForAll(Rule rule) {
    return rule.registries().contains(RegistryPattern.ANY);
  }
}
