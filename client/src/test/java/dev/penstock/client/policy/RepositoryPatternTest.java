package dev.penstock.client.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.client.names.Repository;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What single patterns match is in {@link AllowedRepositoriesTest}; here is what they can be. */
final class RepositoryPatternTest {
  private static final int CASES = 50_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*", "**", "*/**", "**/*", "a-*", "*-a", "*-*", "a.*", "*__*", "a---*", "a/**/b", "*a*b*"
      })
  void whatSomeRepositoryCouldMatch_isAccepted(String pattern) {
    assertThat(new RepositoryPattern(pattern)).hasToString(pattern);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-*", "*-", "a..*", "a___*", "*.-*", "a/-*", "*/a.", "a***", "a/**b"})
  void whatNoRepositoryCouldMatch_isRefused(String pattern) {
    assertThatThrownBy(() -> new RepositoryPattern(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + pattern + "'");
  }

  @Test
  void matching_agreesWithTheObviousWay() {
    long seed = Long.getLong("penstock.seed", new Random().nextLong());
    System.out.println("RepositoryPatternTest: replay with -Dpenstock.seed=" + seed);
    Random random = new Random(seed);
    int matches = 0;
    for (int i = 0; i < CASES; i++) {
      RepositoryPattern pattern = pattern(random);
      Repository repository = repository(random);
      boolean expected = Obvious.matches(pattern.text(), repository.value());
      assertThat(pattern.matches(repository))
          .as("%s against %s, seed %d", pattern, repository, seed)
          .isEqualTo(expected);
      matches += expected ? 1 : 0;
    }
    assertThat(matches).as("both answers are common").isBetween(CASES / 20, CASES * 19 / 20);
  }

  private static RepositoryPattern pattern(Random random) {
    return new RepositoryPattern(
        path(random, List.of("**", "*", "a", "b", "a*", "*b", "*-*", "a*b*", "*a*")));
  }

  private static Repository repository(Random random) {
    return new Repository(path(random, List.of("a", "b", "ab", "ba", "a-b", "aab", "abab")));
  }

  private static String path(Random random, List<String> components) {
    StringBuilder path = new StringBuilder(component(random, components));
    for (int left = random.nextInt(4); left > 0; left--) {
      path.append('/').append(component(random, components));
    }
    return path.toString();
  }

  private static String component(Random random, List<String> components) {
    return components.get(random.nextInt(components.size()));
  }

  /** The grammar's sentences, one by one, with no thought of cost. */
  private static final class Obvious {
    static boolean matches(String pattern, String name) {
      List<String> wanted = List.of(pattern.split("/", -1));
      List<String> given = List.of(name.split("/", -1));
      return components(wanted, given, wanted.size() > 1);
    }

    private static boolean components(List<String> wanted, List<String> given, boolean isLong) {
      if (wanted.isEmpty()) {
        return given.isEmpty();
      }
      List<String> rest = wanted.subList(1, wanted.size());
      if (wanted.get(0).equals("**")) {
        int least = isLong && rest.isEmpty() ? 1 : 0;
        for (int taken = least; taken <= given.size(); taken++) {
          if (components(rest, given.subList(taken, given.size()), isLong)) {
            return true;
          }
        }
        return false;
      }
      return !given.isEmpty()
          && text(wanted.get(0), given.get(0))
          && components(rest, given.subList(1, given.size()), isLong);
    }

    private static boolean text(String wanted, String given) {
      if (wanted.isEmpty()) {
        return given.isEmpty();
      }
      if (wanted.charAt(0) == '*') {
        return text(wanted.substring(1), given)
            || (!given.isEmpty() && text(wanted, given.substring(1)));
      }
      return !given.isEmpty()
          && wanted.charAt(0) == given.charAt(0)
          && text(wanted.substring(1), given.substring(1));
    }
  }
}
