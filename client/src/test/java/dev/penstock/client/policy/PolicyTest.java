package dev.penstock.client.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.client.names.Repository;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PolicyTest {
  private static final Rule TEAM = Rule.allow("team", patterns("team/**"));
  private static final Rule SECRETS =
      Rule.deny("no secrets", patterns("team/secret", "team/secret/**"));

  @ParameterizedTest
  @EnumSource(value = Operation.class, names = "LIST_REPOSITORIES", mode = EnumSource.Mode.EXCLUDE)
  void withoutARule_everythingIsDenied(Operation operation) {
    assertThat(new Policy(List.of()).judge(Access.to("main", new Repository("a"), operation)))
        .isEqualTo(new Verdict.Denied(Optional.empty()))
        .extracting(Verdict::reason)
        .isEqualTo("no rule allows it");
  }

  @Test
  void withoutARule_noListingIsAllowedAndNothingShown() {
    Policy none = Policy.allowing(List.of());
    assertThat(none.judge(Access.listRepositories("main")).isAllowed()).isFalse();
    assertThat(none.shows("main", new Repository("a"))).isFalse();
  }

  @Test
  void whatARuleAllows_isAllowedByItsName() {
    assertThat(judge(policy(TEAM), "team/app")).isEqualTo(allowedBy("team"));
    assertThat(judge(policy(TEAM), "team/app").reason()).isEqualTo("rule 'team' allows it");
    assertThat(judge(policy(TEAM), "base/jdk")).isEqualTo(new Verdict.Denied(Optional.empty()));
  }

  @Test
  void aDenial_winsWhereverItStands() {
    for (Policy policy : List.of(policy(TEAM, SECRETS), policy(SECRETS, TEAM))) {
      assertThat(judge(policy, "team/secret")).isEqualTo(deniedBy("no secrets"));
      assertThat(judge(policy, "team/secret/a/b")).isEqualTo(deniedBy("no secrets"));
      assertThat(judge(policy, "team/secrets")).isEqualTo(allowedBy("team"));
      assertThat(judge(policy, "team/secret").reason()).isEqualTo("rule 'no secrets' denies it");
    }
  }

  @Test
  void aDenial_doesNotAllowTheRest() {
    assertThat(judge(policy(SECRETS), "team/app").isAllowed()).isFalse();
  }

  @Test
  void theFirstOfSeveralRules_isCited() {
    Rule second = Rule.allow("second", patterns("**"));
    Rule third = Rule.deny("third", patterns("team/secret"));
    assertThat(judge(policy(TEAM, second), "team/app")).isEqualTo(allowedBy("team"));
    assertThat(judge(policy(second, TEAM), "team/app")).isEqualTo(allowedBy("second"));
    assertThat(judge(policy(third, SECRETS), "team/secret")).isEqualTo(deniedBy("third"));
  }

  @Test
  void theFirstAllowRule_decidesOnTheLargestBlob() {
    Rule small = Rule.allow("small", patterns("team/app")).upTo(10);
    assertThat(judge(policy(small, TEAM), "team/app"))
        .isEqualTo(new Verdict.Allowed("small", OptionalLong.of(10)));
    assertThat(judge(policy(TEAM, small), "team/app")).isEqualTo(allowedBy("team"));
    assertThat(judge(policy(small, TEAM), "team/other")).isEqualTo(allowedBy("team"));
  }

  @Test
  void theLargestBlob_isItselfPermitted() {
    Verdict.Allowed limited = new Verdict.Allowed("small", OptionalLong.of(10));
    assertThat(limited.permits(10)).isTrue();
    assertThat(limited.permits(11)).isFalse();
    assertThat(limited.reason()).isEqualTo("rule 'small' allows it, and blobs of at most 10 bytes");
    assertThat(allowedBy("x").permits(Long.MAX_VALUE)).isTrue();
  }

  @Test
  void aRule_isAboutItsRegistriesAlone() {
    Policy policy =
        policy(
            TEAM.in(List.of(new RegistryPattern("main"), new RegistryPattern("*.internal:5000"))),
            Rule.deny("not here", patterns("**")).in(List.of(new RegistryPattern("old.*"))));
    assertThat(judge(policy, "main", "team/app")).isEqualTo(allowedBy("team"));
    assertThat(judge(policy, "a.internal:5000", "team/app")).isEqualTo(allowedBy("team"));
    assertThat(judge(policy, "other", "team/app").isAllowed()).isFalse();
    assertThat(judge(policy, "old.internal:5000", "team/app")).isEqualTo(deniedBy("not here"));
  }

  @Test
  void aRule_isAboutItsOperationsAlone() {
    Policy policy =
        policy(
            TEAM.about(Set.of(Operation.FETCH_BLOB, Operation.LIST_TAGS)),
            Rule.deny("no tags", patterns("team/app")).about(Set.of(Operation.LIST_TAGS)));
    Repository app = new Repository("team/app");
    assertThat(policy.judge(Access.to("main", app, Operation.FETCH_BLOB)).isAllowed()).isTrue();
    assertThat(policy.judge(Access.to("main", app, Operation.STAT_BLOB)).isAllowed()).isFalse();
    assertThat(policy.judge(Access.to("main", app, Operation.LIST_TAGS)))
        .isEqualTo(deniedBy("no tags"));
    assertThat(
            policy
                .judge(Access.to("main", new Repository("team/b"), Operation.LIST_TAGS))
                .isAllowed())
        .isTrue();
  }

  @Test
  void aListing_isJudgedByRegistryAndOperation() {
    Rule lists =
        TEAM.in(List.of(new RegistryPattern("main"))).about(Set.of(Operation.LIST_REPOSITORIES));
    assertThat(policy(lists).judge(Access.listRepositories("main"))).isEqualTo(allowedBy("team"));
    assertThat(policy(lists).judge(Access.listRepositories("other")).isAllowed()).isFalse();
    Rule reads = TEAM.about(Set.of(Operation.FETCH_BLOB));
    assertThat(policy(reads).judge(Access.listRepositories("main")).isAllowed()).isFalse();
  }

  @Test
  void aListing_isDeniedOnlyByADenialOfAll() {
    assertThat(policy(TEAM, SECRETS).judge(Access.listRepositories("main")))
        .isEqualTo(allowedBy("team"));
    Rule all =
        Rule.deny("no lists", patterns("x", "**")).about(Set.of(Operation.LIST_REPOSITORIES));
    assertThat(policy(TEAM, all).judge(Access.listRepositories("main")))
        .isEqualTo(deniedBy("no lists"));
  }

  @Test
  void aListing_showsWhatSomeOperationIsAllowedOn() {
    Policy policy =
        policy(
            TEAM.about(Set.of(Operation.STAT_BLOB)),
            SECRETS,
            Rule.allow("elsewhere", patterns("**")).in(List.of(new RegistryPattern("other"))));
    assertThat(policy.shows("main", new Repository("team/app"))).isTrue();
    assertThat(policy.shows("main", new Repository("team/secret"))).isFalse();
    assertThat(policy.shows("main", new Repository("base/jdk"))).isFalse();
    assertThat(policy.shows("other", new Repository("base/jdk"))).isTrue();
    assertThat(policy.shows("other", new Repository("team/secret"))).isFalse();
  }

  @Test
  void aListing_showsWhatIsDeniedInPart() {
    Rule noBlobs = Rule.deny("no blobs", patterns("**")).about(Set.of(Operation.FETCH_BLOB));
    assertThat(policy(TEAM, noBlobs).shows("main", new Repository("team/app"))).isTrue();
    Rule blobs = TEAM.about(Set.of(Operation.FETCH_BLOB));
    assertThat(policy(blobs, noBlobs).shows("main", new Repository("team/app"))).isFalse();
  }

  @Test
  void aListing_hidesWhatIsDeniedToBeListed() {
    Rule unlisted =
        Rule.deny("unlisted", patterns("team/x")).about(Set.of(Operation.LIST_REPOSITORIES));
    Policy policy = policy(TEAM, unlisted);
    assertThat(policy.shows("main", new Repository("team/x"))).isFalse();
    assertThat(policy.shows("main", new Repository("team/y"))).isTrue();
    assertThat(judge(policy, "team/x").isAllowed()).isTrue();
  }

  @Test
  void twoRulesOfOneName_areRefused() {
    assertThatThrownBy(() -> policy(TEAM, TEAM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rules: two are called 'team'; give each a name of its own");
  }

  @Test
  void theAllowSetting_isAPolicyOfAllOperationsEverywhere() {
    Policy policy =
        Policy.allowing(List.of(new RepositoryPattern("team/**"), new RepositoryPattern("base/*")));
    Stream.of(Operation.values())
        .filter(operation -> operation != Operation.LIST_REPOSITORIES)
        .map(operation -> Access.to("any:5000", new Repository("base/jdk"), operation))
        .forEach(access -> assertThat(policy.judge(access)).isEqualTo(allowedBy("--allow")));
    assertThat(policy.judge(Access.listRepositories("main"))).isEqualTo(allowedBy("--allow"));
    assertThat(judge(policy, "base/jdk/17").isAllowed()).isFalse();
    assertThat(policy.shows("main", new Repository("team/a/b"))).isTrue();
    assertThat(policy.shows("main", new Repository("secret"))).isFalse();
  }

  @Test
  void anEmptyAllowSetting_allowsNothing() {
    assertThat(judge(Policy.allowing(List.of()), "team/app").isAllowed()).isFalse();
  }

  @Test
  void anAccess_hasARepositoryWhereOneBelongs() {
    assertThatThrownBy(() -> new Access("main", null, Operation.LIST_TAGS))
        .hasMessage("list-tags needs a repository");
    assertThatThrownBy(() -> Access.to("main", new Repository("a"), Operation.LIST_REPOSITORIES))
        .hasMessage("list-repositories takes no repository");
  }

  private static Policy policy(Rule... rules) {
    return new Policy(List.of(rules));
  }

  private static Verdict judge(Policy policy, String repository) {
    return judge(policy, "main", repository);
  }

  private static Verdict judge(Policy policy, String registry, String repository) {
    return policy.judge(Access.to(registry, new Repository(repository), Operation.FETCH_BLOB));
  }

  private static Verdict.Allowed allowedBy(String rule) {
    return new Verdict.Allowed(rule, OptionalLong.empty());
  }

  private static Verdict.Denied deniedBy(String rule) {
    return new Verdict.Denied(Optional.of(rule));
  }

  private static List<RepositoryPattern> patterns(String... texts) {
    return Stream.of(texts).map(RepositoryPattern::new).toList();
  }
}
