package dev.penstock.client.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.client.names.Repository;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --allow} and the patterns of a policy name. */
final class AllowedRepositoriesTest {

  @ParameterizedTest
  @CsvSource({
    "team/app, team/app",
    "team/*, team/app",
    "team/**, team/app",
    "team/**, team/app/sub/deep",
    "**, anything/at/all",
    "**, one",
    "*, one",
    "team/app-*, team/app-web",
    "team/*-web, team/app-web",
    "team/a*p*b, team/aXpYb",
    "**/app, app",
    "**/app, team/x/app",
    "team/**/app, team/app",
    "team/**/app, team/x/y/app",
    "*/*, a/b",
    "a/**/b/**/c, a/x/b/b/y/c",
  })
  void allows(String pattern, String repository) {
    assertThat(isAllowed(repository.toLowerCase(Locale.ROOT), pattern)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "team/app, team/app2",
    "team/app, team/app/sub",
    "team/*, team",
    "team/*, team/app/sub",
    "team/**, team",
    "team/**, teams/app",
    "team/**, other/team/app",
    "*, a/b",
    "team/app-*, team/app",
    "**/app, team/app/x",
    "team/**/app, team/xapp",
    "a.c, abc",
    "*/*, a",
    "*/*, a/b/c",
  })
  void denies(String pattern, String repository) {
    assertThat(isAllowed(repository, pattern)).isFalse();
  }

  @Test
  void emptyList_deniesEverything() {
    assertThat(isAllowed("team/app")).isFalse();
  }

  @Test
  void anyPatternOfSeveral_isEnough() {
    assertThat(isAllowed("base/jdk", "team/**", "base/*")).isTrue();
    assertThat(isAllowed("secret/jdk", "team/**", "base/*")).isFalse();
  }

  @Test
  void hostilePattern_isMatchedInBoundedTime() {
    String pattern = "**/".repeat(80) + "x";
    String stars = "*a".repeat(100) + "b";
    assertThat(isAllowed("a/".repeat(120) + "a", pattern, stars)).isFalse();
    assertThat(isAllowed("a".repeat(255), stars)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "team/",
        "/team",
        "a//b",
        "Team/*",
        "a**",
        "***",
        "main:team/*",
        "a b",
        "a?",
        "[a]"
      })
  void pattern_outsideTheGrammarIsRefusedByName(String pattern) {
    assertThatThrownBy(() -> new RepositoryPattern(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pattern '" + pattern + "'")
        .hasMessageContaining("team/**");
  }

  private static boolean isAllowed(String repository, String... patterns) {
    Policy policy = Policy.allowing(Stream.of(patterns).map(RepositoryPattern::new).toList());
    return policy
        .judge(Access.to("main", new Repository(repository), Operation.FETCH_BLOB))
        .isAllowed();
  }
}
