package dev.penstock.client.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RuleTest {
  private static final List<RepositoryPattern> ALL = List.of(RepositoryPattern.ANY);
  private static final Rule RULE = Rule.allow("a rule", ALL);

  @ParameterizedTest
  @ValueSource(strings = {"no secrets", "Règle n° 1", "--allow", "日本"})
  void aName_isAnythingThatCanBeRead(String name) {
    assertThat(Rule.deny(name, ALL).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "a\u0000", "a\u2028b", "a\u202eb", "a\u200bb", "a\u007f"})
  void aName_hasNothingThatCannotBeSeen(String name) {
    assertThatThrownBy(() -> Rule.deny(name, ALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name: 1 to 100 printable characters");
  }

  @Test
  void aName_hasAtMost100Characters() {
    assertThat(Rule.deny("n".repeat(100), ALL).name()).hasSize(100);
    assertThatThrownBy(() -> Rule.deny("n".repeat(101), ALL)).hasMessageStartingWith("name:");
  }

  @Test
  void aRuleAboutNothing_isRefused() {
    assertThatThrownBy(() -> Rule.allow("x", List.of())).hasMessageStartingWith("allow or deny:");
    assertThatThrownBy(() -> RULE.in(List.of())).hasMessageStartingWith("registries:");
    assertThatThrownBy(() -> RULE.about(Set.of())).hasMessageStartingWith("operations:");
  }

  @Test
  void aLargestBlob_belongsToARuleThatAllowsBlobs() {
    assertThat(RULE.upTo(1).largestBlobBytes()).hasValue(1);
    assertThatThrownBy(() -> RULE.upTo(0)).hasMessage("largest-blob: at least 1 byte");
    assertThatThrownBy(() -> Rule.deny("x", ALL).upTo(1))
        .hasMessage("largest-blob: only where the rule allows");
    assertThatThrownBy(() -> RULE.about(Set.of(Operation.STAT_BLOB)).upTo(1))
        .hasMessage("largest-blob: only where operations has fetch-blob");
  }

  @Test
  void aRule_doesNotChangeWithWhatItWasMadeOf() {
    Set<Operation> operations = EnumSet.of(Operation.LIST_TAGS);
    Rule rule = RULE.about(operations);
    operations.add(Operation.FETCH_BLOB);
    assertThat(rule.operations()).containsExactly(Operation.LIST_TAGS);
    assertThatThrownBy(() -> rule.operations().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
