package dev.penstock.client.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.client.names.InvalidNameException;
import dev.penstock.client.names.Repository;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that mean to be another one never get as far as a pattern, nor do such patterns. */
final class HostileNamesTest {
  static Stream<String> hostile() {
    return Stream.of(
        // Ways up and around.
        "..",
        "team/..",
        "team/../secret",
        "team/./app",
        "../team/app",
        ".",
        "team/app..",
        "team/app/.",
        // Slashes.
        "",
        "/",
        "/team/app",
        "team/app/",
        "team//app",
        "//team/app",
        "team///app",
        "team\\app",
        // Percent-encoding, also twice.
        "team%2fapp",
        "team%2Fsecret",
        "%2e%2e/team",
        "team/%2e%2e/secret",
        "team%252fapp",
        "team/%61pp",
        "team/app%00",
        // Upper case.
        "Team/app",
        "TEAM/APP",
        "team/apP",
        // Look-alikes: Cyrillic, full width, Kelvin, dotless i, ligature, long s, digits.
        "te\u0430m/app",
        "\uff54eam/app",
        "team/app\u212a",
        "team/\u0131mage",
        "team/\ufb01le",
        "team/\u017fecret",
        "team/app\u0661",
        "te\u00e4m/app",
        "tea\u0308m/app",
        "team/\ud83d\ude00",
        // Look-alikes of the separators, and what cannot be seen.
        "team\u2215app",
        "team\uff0fapp",
        "team\u2044app",
        "team/\uff0e\uff0e/secret",
        "team/\u2024\u2024",
        "team/app\u2010x",
        "team/\u200bapp",
        "team/app\u00ad",
        "\ufeffteam/app",
        "team/\u202eppa",
        // Control characters and spaces.
        "team/app\u0000",
        "team/\u0000app",
        "team\n/app",
        "team/app\n",
        "team/app\r",
        "team/ app",
        " team/app",
        "team/app\t",
        "team/app\u0085",
        "team/app\u2028",
        // Other parts of a reference or an URL.
        "team/app:1.0",
        "team/app@sha256",
        "team/app?x=1",
        "team/app#x",
        "host:5000/team/app",
        "user@team/app",
        // Separators of components where none may be.
        "-team/app",
        "team-/app",
        "team/.app",
        "team/app_",
        "team/a___b",
        "team/a..b",
        "team/a._b",
        // Too long.
        "a".repeat(256),
        "a/".repeat(127) + "aa");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void asARequest_neverGetsToAPattern(String name) {
    assertThatThrownBy(() -> new Repository(name))
        .isInstanceOf(InvalidNameException.class)
        .satisfies(e -> assertThat(e.getMessage()).matches("[\\x20-\\x7e…]+"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void asAPattern_isRefused(String name) {
    assertThatThrownBy(() -> new RepositoryPattern(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("pattern '")
        .hasMessageContaining("write for example 'team/**'")
        .satisfies(e -> assertThat(e.getMessage()).matches("[\\x20-\\x7e…]+"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void asAPatternWithAStar_isRefused(String name) {
    if (!name.isEmpty()) {
      assertThatThrownBy(() -> new RepositoryPattern("x*y/" + name + "/*"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("pattern 'x*y/");
    }
  }

  @Test
  void aNameOfTheGreatestLength_isStillJudged() {
    String longest = "a/".repeat(127) + "a";
    assertThat(longest).hasSize(255);
    assertThat(new RepositoryPattern("a/**").matches(new Repository(longest))).isTrue();
    assertThat(new RepositoryPattern(longest).matches(new Repository(longest))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "Main",
        "m\u0430in",
        "main/x",
        "main ",
        "main\n",
        "ma%69n",
        "main\u0000",
        "-main",
        "main.",
        ":5000",
        "..",
        "[::1]:5000"
      })
  void aRegistry_isCalledByItsNameOrNotAtAll(String name) {
    assertThatThrownBy(() -> Access.listRepositories(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("is not a name of a registry")
        .satisfies(e -> assertThat(e.getMessage()).matches("[\\x20-\\x7e…]+"));
  }

  @Test
  void aRegistrysName_hasAtMost100Characters() {
    assertThat(Access.listRepositories("a".repeat(100)).registry()).hasSize(100);
    assertThatThrownBy(() -> Access.listRepositories("a".repeat(101)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
