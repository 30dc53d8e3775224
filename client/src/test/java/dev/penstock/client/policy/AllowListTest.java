package dev.penstock.client.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.client.names.Repository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowListTest {

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
    assertThat(
            AllowList.of(pattern)
                .allows(new Repository(repository.toLowerCase(java.util.Locale.ROOT))))
        .isTrue();
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
    assertThat(AllowList.of(pattern).allows(new Repository(repository))).isFalse();
  }

  @Test
  void emptyList_deniesEverything() {
    assertThat(AllowList.of().allows(new Repository("team/app"))).isFalse();
  }

  @Test
  void anyPatternOfSeveral_isEnough() {
    AllowList list = AllowList.of("team/**", "base/*");
    assertThat(list.allows(new Repository("base/jdk"))).isTrue();
    assertThat(list.allows(new Repository("secret/jdk"))).isFalse();
  }

  @Test
  void hostilePattern_isMatchedInBoundedTime() {
    String pattern = "**/".repeat(80) + "x";
    String stars = "*a".repeat(100) + "b";
    assertThat(AllowList.of(pattern, stars).allows(new Repository("a/".repeat(120) + "a")))
        .isFalse();
    assertThat(AllowList.of(stars).allows(new Repository("a".repeat(255)))).isFalse();
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
    assertThatThrownBy(() -> new AllowPattern(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allow pattern '" + pattern + "'")
        .hasMessageContaining("team/**");
  }
}
