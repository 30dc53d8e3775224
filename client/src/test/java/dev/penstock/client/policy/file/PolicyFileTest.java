package dev.penstock.client.policy.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.client.limits.Limit;
import dev.penstock.client.limits.Limits;
import dev.penstock.client.policy.Operation;
import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.RegistryPattern;
import dev.penstock.client.policy.RepositoryPattern;
import dev.penstock.client.policy.Rule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PolicyFileTest {
  private static final String ALLOW = "rules:\n  - allow: team/**\n";

  @TempDir Path directory;

  @Test
  void everyKey_isRead() throws IOException {
    PolicyDocument document =
        read(
            """
            rules:
              - name: no secrets
                deny: [team/secret, team/secret/**]
              - allow: [team/**, base/*]
                registries: [main, "*.internal:5000"]
                operations: [read, list-tags]
                largest-blob: 10GiB
            limits:
              transfers: 20
              bytes-per-second: 50MiB
              registries:
                main:
                  transfers: 10
                  bytes-per-second: 20MiB
                registry.internal:5000:
                  transfers: 1
            """);
    assertThat(document.policy().rules())
        .containsExactly(
            Rule.deny("no secrets", patterns("team/secret", "team/secret/**")),
            Rule.allow("rule 2", patterns("team/**", "base/*"))
                .in(List.of(new RegistryPattern("main"), new RegistryPattern("*.internal:5000")))
                .about(
                    Stream.concat(
                            Operation.parseGroup("read").stream(), Stream.of(Operation.LIST_TAGS))
                        .collect(Collectors.toSet()))
                .upTo(10L << 30));
    assertThat(document.limits())
        .isEqualTo(
            new Limits(
                Limit.of(20, 50 << 20),
                Map.of(
                    "main",
                    Limit.of(10, 20 << 20),
                    "registry.internal:5000",
                    Limit.ofTransfers(1))));
  }

  @Test
  void whatIsLeftOut_isAllOrUnlimited() throws IOException {
    assertThat(read(ALLOW))
        .isEqualTo(PolicyDocument.of(policyOf(Rule.allow("rule 1", patterns("team/**")))));
    assertThat(read("rules: []\n").policy().rules()).isEmpty();
  }

  @Test
  void values_areTheTextThatIsWritten() throws IOException {
    PolicyDocument document =
        read(
            """
            rules:
              - deny: [1.10, no, 012, 0x1f, 12e3, 2001-01-01, null]
                registries: [12:30, 1.0]
                name: 7
            """);
    assertThat(document.policy().rules())
        .containsExactly(
            Rule.deny("7", patterns("1.10", "no", "012", "0x1f", "12e3", "2001-01-01", "null"))
                .in(List.of(new RegistryPattern("12:30"), new RegistryPattern("1.0"))));
  }

  @Test
  void aByteOrderMark_doesNoHarm() throws IOException {
    assertThat(read("\ufeff" + ALLOW).policy().rules()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1024, 1024",
    "1KiB, 1024",
    "3MiB, 3145728",
    "10GiB, 10737418240",
    "8589934591GiB, 9223372035781033984",
  })
  void sizes_areBytesOrHaveAUnit(String text, long bytes) throws IOException {
    assertThat(read(ALLOW + "    largest-blob: " + text + "\n").policy().rules().get(0))
        .isEqualTo(Rule.allow("rule 1", patterns("team/**")).upTo(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "10GB",
    "1.5GiB",
    "-1",
    "10 GiB",
    "10gib",
    "8589934592GiB",
    "'9999999999999999999'",
    "x"
  })
  void otherSizes_areRefusedWithWhatIsAccepted(String text) {
    assertRefused(
        ALLOW + "    largest-blob: '" + text + "'\n",
        "rule 1: largest-blob: '"
            + text
            + "' is not accepted; write a whole number of bytes, or"
            + " one with KiB, MiB or GiB, e.g. 10GiB");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'- allow: [team/**, Team/x]' | rule 1: allow: pattern 'Team/x' is not valid",
        "'- deny: a/../b' | rule 1: deny: pattern 'a/../b' is not valid",
        "'- deny: a%2fb' | rule 1: deny: pattern 'a%2fb' is not valid",
        "'- deny: [a//b]' | rule 1: deny: pattern 'a//b' is not valid",
        "'- deny: ten\u0430nt' | rule 1: deny: pattern 'ten?nt' is not valid",
        "'- {name: x, allow: a, deny: b}' | rule 1 'x': must have one of allow and deny",
        "'- {name: x}' | rule 1 'x': must have one of allow and deny",
        "'- allow: []' | rule 1: allow: is empty; give at least one",
        "'- allow:' | rule 1: allow: pattern '' is not valid",
        "'- allow: {a: b}' | rule 1: allow: must be one plain text",
        "'- allow: [[a]]' | rule 1: allow: must be one plain text",
        "'- allow: !!int 3' | rule 1: allow: must be one plain text",
        "'- {allow: a, registries: []}' | rule 1: registries: is empty",
        "'- {allow: a, registries: [Main]}' | rule 1: registries: registry pattern 'Main'",
        "'- {allow: a, operations: []}' | rule 1: operations: is empty",
        "'- {allow: a, operations: [push]}' | rule 1: operations: there is no operation 'push'; there are fetch-blob, ",
        "'- {allow: a, operations: push}' | list-referrers, and read (all but lists), list",
        "'- {allow: a, allows: b}' | rule 1: has a key 'allows', which is unknown; accepted are name, allow, deny, registries, operations, largest-blob",
        "'- {allow: a, [b]: c}' | rule 1: has a key that is no plain text",
        "'- {allow: a, largest-blob: [1]}' | rule 1: largest-blob: must be one plain text",
        "'- {allow: a, largest-blob: 0}' | rule 1: largest-blob: at least 1 byte",
        "'- {deny: a, largest-blob: 1}' | rule 1: largest-blob: only where the rule allows",
        "'- {allow: a, largest-blob: 1, operations: list}' | largest-blob: only where operations has",
        "'- {name: \"\", allow: a}' | rule 1 '': name: 1 to 100 printable characters",
        "'- {name: [x], allow: a}' | rule 1: name: must be one plain text",
        "'- {name: \"a\\nb\", allow: a}' | rule 1 'a?b': name: 1 to 100 printable",
        "'- team/**' | rule 1: must hold 'key: value' lines; accepted are name, ",
        "'-' | rule 1: must hold 'key: value' lines",
        "'- allow: a\n  - {name: rule 1, deny: b}' | rules: two are called 'rule 1'",
        "'- allow: a\n  - {allow: B}' | rule 2: allow: pattern 'B'",
      })
  void aWrongRule_isRefusedByNumberNameAndKey(String rule, String message) {
    assertRefused("rules:\n  " + rule + "\n", message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limits: | limits: must hold 'key: value' lines; accepted are transfers, bytes-per-second",
        "limits: {transfer: 1} | limits: has a key 'transfer', which is unknown; accepted are transfers,",
        "limits: {transfers: 0} | limits: transfers: accepted is 1 to 10000",
        "limits: {transfers: 10001} | limits: transfers: accepted is 1 to 10000",
        "limits: {transfers: many} | limits: transfers: 'many' is not a whole number",
        "limits: {transfers: [1]} | limits: transfers: must be one plain text",
        "limits: {bytes-per-second: 1023} | limits: bytes-per-second: accepted is 1KiB to 1024GiB",
        "limits: {bytes-per-second: 1025GiB} | limits: bytes-per-second: accepted is 1KiB",
        "limits: {bytes-per-second: 1MB} | limits: bytes-per-second: '1MB' is not accepted",
        "limits: {registries: [main]} | limits: registries: must hold 'key: value' lines",
        "limits: {registries: {Main: {}}} | limits: registries: 'Main': is no registry's name",
        "limits: {registries: {'*': {}}} | limits: registries: '*': is no registry's name",
        "limits: {registries: {main: 1}} | limits: registries: main: must hold 'key: value' lines",
        "limits: {registries: {main: {registries: {}}}} | main: has a key 'registries', which is",
        "limits: {registries: {main: {transfers: 0}}} | main: transfers: accepted is 1 to 10000",
      })
  void aWrongLimit_isRefusedByKey(String limits, String message) {
    assertRefused(ALLOW + limits + "\n", message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | must hold 'key: value' lines; accepted are rules, limits",
        "'# nothing' | must hold 'key: value' lines; accepted are rules, limits",
        "- a | must hold 'key: value' lines; accepted are rules, limits",
        "'limits: {}' | rules: must be a list of rules; an empty one, [], denies everything",
        "'rules:' | rules: must be a list of rules",
        "'rules: {allow: a}' | rules: must be a list of rules",
        "'rules: []\nrule: []' | has a key 'rule', which is unknown; accepted are rules, limits",
        "'rules: []\nrules: []' | line 2: found duplicate key rules",
        "'rules: [{allow: a, allow: b}]' | line 1: found duplicate key allow",
        "'rules: [' | line 1: ",
        "'rules: []\n---\nrules: []' | line 2: but found another document",
        "'rules: []\n\tx: 1' | line 2: ",
        "'rules: !!java.net.URL [http://localhost]' | line 1: Global tag is not allowed",
        "'rules: !!int x' | is not YAML",
        "'<<: {rules: []}' | has a key '<<', which is unknown",
        "'rules: &a [*a]' | rule 1: must hold 'key: value' lines",
      })
  void whatIsNoPolicy_isRefusedByTheFilesName(String text, String message) {
    assertRefused(text, message);
  }

  @Test
  void aHugeFile_isRefused() {
    assertRefused(ALLOW + "#".repeat(1 << 20), "has more than 1048576 bytes");
  }

  @Test
  void whatIsNotUtf8_isRefused() throws IOException {
    Path file = Files.write(directory.resolve("policy.yaml"), new byte[] {'a', (byte) 0xff});
    assertThatThrownBy(() -> PolicyFile.read(file))
        .hasMessage("policy: " + file + ": must be UTF-8 text");
  }

  @Test
  void aMissingFile_isNamed() {
    Path file = directory.resolve("none.yaml");
    assertThatThrownBy(() -> PolicyFile.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("policy: " + file + " cannot be read (NoSuchFileException)");
  }

  @Test
  void registriesThatThereAreNot_canBeTold() throws IOException {
    PolicyDocument document =
        read(
            """
            rules:
              - {allow: a, registries: [main, mian, "b*", "x*"]}
              - {allow: b, registries: [mian]}
              - {allow: c}
            limits:
              registries: {backup: {}, bakcup: {}}
            """);
    assertThat(document.unknownRegistries(List.of("main", "backup")))
        .containsExactlyInAnyOrder("mian", "x*", "bakcup");
  }

  private void assertRefused(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("policy: " + directory.resolve("policy.yaml") + ": ")
        .hasMessageContaining(message)
        .satisfies(
            e -> assertThat(e.getMessage()).doesNotContain("\n").containsOnlyOnce("policy.yaml"));
  }

  private PolicyDocument read(String text) throws IOException {
    Path file = directory.resolve("policy.yaml");
    return PolicyFile.read(Files.writeString(file, text, StandardCharsets.UTF_8));
  }

  private static Policy policyOf(Rule... rules) {
    return new Policy(List.of(rules));
  }

  private static List<RepositoryPattern> patterns(String... texts) {
    return Stream.of(texts).map(RepositoryPattern::new).toList();
  }
}
