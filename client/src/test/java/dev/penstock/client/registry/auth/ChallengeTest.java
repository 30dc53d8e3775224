package dev.penstock.client.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChallengeTest {

  @Test
  void dockerHub() {
    assertThat(
            parse(
                "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
                    + "scope=\"repository:library/ubuntu:pull\""))
        .containsExactly(
            new Challenge(
                "bearer",
                Map.of(
                    "realm", "https://auth.docker.io/token",
                    "service", "registry.docker.io",
                    "scope", "repository:library/ubuntu:pull")));
  }

  @Test
  void commasInQuotesDoNotSeparate() {
    assertThat(parse("Bearer scope=\"repository:a:pull,push repository:b:pull\" , realm=\"r\""))
        .containsExactly(
            new Challenge(
                "bearer",
                Map.of("scope", "repository:a:pull,push repository:b:pull", "realm", "r")));
  }

  @Test
  void severalInOneLineAndInSeveralLines() {
    assertThat(
            Challenge.parse(
                List.of(
                    "Negotiate, Basic realm=\"a, b\", Bearer realm=\"x\",error=invalid_token",
                    "Digest abc==, DPoP")))
        .extracting(Challenge::scheme)
        .containsExactly("negotiate", "basic", "bearer", "digest", "dpop");
  }

  @Test
  void token68IsNoParameter() {
    assertThat(parse("NTLM TlRMTVNTUAAC==, Basic realm=x"))
        .containsExactly(
            new Challenge("ntlm", Map.of()), new Challenge("basic", Map.of("realm", "x")));
  }

  @Test
  void escapesSpacesAndCaseAreTolerated() {
    assertThat(parse("bEaReR  REALM = \"a\\\"b\\\\c\" ,, Service=s,"))
        .containsExactly(new Challenge("bearer", Map.of("realm", "a\"b\\c", "service", "s")));
  }

  @Test
  void firstOfTwoValuesCounts() {
    assertThat(parse("Bearer realm=\"a\", realm=\"b\"").get(0).parameter("realm")).contains("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", "   ", "=", "\"", "\u0000", "=x,="})
  void nonsenseIsNoChallenge(String line) {
    assertThat(parse(line)).isEmpty();
  }

  @Test
  void whatCameBeforeNonsenseStands() {
    assertThat(parse("Basic realm=\"x\", Bearer realm=\"unclosed"))
        .extracting(Challenge::scheme)
        .contains("basic");
  }

  @Test
  void hugeNonsenseIsReadInLinearTime() {
    assertThat(parse("a".repeat(200_000) + "=" + "\"\\".repeat(100_000))).hasSizeLessThan(2);
  }

  private static List<Challenge> parse(String line) {
    return Challenge.parse(List.of(line));
  }
}
