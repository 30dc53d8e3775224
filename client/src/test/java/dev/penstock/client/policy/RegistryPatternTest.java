package dev.penstock.client.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.client.registry.RegistryEndpoint;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryPatternTest {

  @ParameterizedTest
  @CsvSource({
    "main, main",
    "*, main",
    "*, registry.internal:5000",
    "registry.*, registry.internal:5000",
    "*:5000, registry.internal:5000",
    "*.internal:*, a.b.internal:5000",
    "m*n, mn",
    "2001:db8::*, 2001:db8::1:5000",
  })
  void matches(String pattern, String registry) {
    assertThat(new RegistryPattern(pattern).matches(registry)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "main, main2",
    "main, amain",
    "*:5000, registry:50001",
    "m*n, men2",
    "a.c, abc",
    "a*, ba",
  })
  void doesNotMatch(String pattern, String registry) {
    assertThat(new RegistryPattern(pattern).matches(registry)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "**", "a**", "Main", "m\u0430in", "a/b", "-a", "a.", "*.", "a b", "[a]"})
  void whatIsNoName_isRefused(String pattern) {
    assertThatThrownBy(() -> new RegistryPattern(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("registry pattern '")
        .hasMessageContaining("a-z, 0-9");
  }

  @Test
  void aName_isWhatAnEndpointTakes() {
    for (String name :
        new String[] {"main", "a.b:5000", "a-b", "a", ".a", "a-", "A", "a_b", "", "*"}) {
      assertThat(RegistryPattern.isName(name)).as(name).isEqualTo(isTakenByAnEndpoint(name));
    }
  }

  private static boolean isTakenByAnEndpoint(String name) {
    try {
      return new RegistryEndpoint(name, URI.create("http://localhost"), null).name().equals(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
