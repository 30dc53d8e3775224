package dev.penstock.client.policy.file;

import dev.penstock.client.policy.Operation;
import dev.penstock.client.policy.Quoted;
import dev.penstock.client.policy.RegistryPattern;
import dev.penstock.client.policy.RepositoryPattern;
import dev.penstock.client.policy.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code rules}. */
final class RuleSection {
  private static final String NAME = "name";
  private static final String ALLOW = "allow";
  private static final String DENY = "deny";
  private static final String REGISTRIES = "registries";
  private static final String OPERATIONS = "operations";
  private static final String LARGEST_BLOB = "largest-blob";

  private final String name;
  private final Section section;

  private RuleSection(String name, Section section) {
    this.name = name;
    this.section = section;
  }

  /** The rule, called {@code rule 3} when it has no name and is the third. */
  static Rule read(String file, int number, @Nullable Object value) {
    String place = "%s: rule %d".formatted(file, number);
    Section section =
        Section.of(place, value, NAME, ALLOW, DENY, REGISTRIES, OPERATIONS, LARGEST_BLOB);
    return section
        .text(NAME)
        .map(name -> new RuleSection(name, section.at(place + " " + Quoted.of(name))))
        .orElseGet(() -> new RuleSection("rule " + number, section))
        .rule();
  }

  private Rule rule() {
    Rule.Effect effect = effect();
    List<RepositoryPattern> repositories =
        patterns(effect == Rule.Effect.ALLOW ? ALLOW : DENY, RepositoryPattern::new).orElseThrow();
    List<RegistryPattern> registries =
        patterns(REGISTRIES, RegistryPattern::new).orElse(List.of(RegistryPattern.ANY));
    Set<Operation> operations = operations();
    OptionalLong largestBlob = largestBlob();
    return section.make(
        () -> new Rule(name, effect, registries, repositories, operations, largestBlob));
  }

  private Rule.Effect effect() {
    if (section.has(ALLOW) == section.has(DENY)) {
      throw new IllegalArgumentException(
          section.place() + ": must have one of allow and deny, with patterns such as team/**");
    }
    return section.has(ALLOW) ? Rule.Effect.ALLOW : Rule.Effect.DENY;
  }

  private <T> Optional<List<T>> patterns(String key, Function<String, T> parser) {
    return section
        .texts(key)
        .map(texts -> texts.stream().map(text -> section.parse(key, text, parser)).toList());
  }

  private Set<Operation> operations() {
    Set<Operation> operations = EnumSet.noneOf(Operation.class);
    patterns(OPERATIONS, Operation::parseGroup)
        .orElse(List.of(Operation.ALL))
        .forEach(operations::addAll);
    return operations;
  }

  private OptionalLong largestBlob() {
    return section
        .text(LARGEST_BLOB)
        .map(text -> OptionalLong.of(section.parse(LARGEST_BLOB, text, ByteSize::parse)))
        .orElse(OptionalLong.empty());
  }
}
