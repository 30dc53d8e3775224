package dev.penstock.client.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "team/app", "team/app/sub", "a.b_c__d-e---f", "0/1/2", "library/ubuntu"})
  void repository_acceptsTheGrammar(String name) {
    assertThat(new Repository(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a/",
        "/a",
        "a//b",
        "..",
        "a/../b",
        "a/./b",
        "A",
        "team/App",
        "a..b",
        "a___b",
        "-a",
        "a-",
        ".a",
        "a.",
        "a%2fb",
        "a b",
        "a\n",
        "a?x=1",
        "a#b",
        "a\\b",
        "ü",
        "a:1",
        "a@b",
        "a/blobs/sha256:x",
        "a\u0000"
      })
  void repository_refusesEverythingElse(String name) {
    assertThatThrownBy(() -> new Repository(name))
        .isInstanceOf(InvalidNameException.class)
        .hasMessageStartingWith("repository '")
        .hasMessageNotContaining("\n");
  }

  @Test
  void repository_isAtMost255Characters() {
    assertThat(new Repository("a".repeat(255)).value()).hasSize(255);
    assertThatThrownBy(() -> new Repository("a".repeat(256))).hasMessageContaining("at most 255");
  }

  @Test
  void repository_refusesAHugeHostileNameAtOnce() {
    String hostile = "a-".repeat(500_000) + "!";
    assertThatThrownBy(() -> new Repository(hostile))
        .hasMessageContaining("at most 255")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "latest", "_x", "V2", "a-b.c_d"})
  void reference_withoutColonIsATag(String text) {
    assertThat(Reference.parse(text)).isEqualTo(new Tag(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".a", "-a", "a/b", "a b", "ü", "../x", "a\n"})
  void tag_refusesWhatIsOutsideTheGrammar(String text) {
    assertThatThrownBy(() -> Reference.parse(text)).hasMessageStartingWith("tag '");
  }

  @Test
  void tag_isAtMost128Characters() {
    assertThat(new Tag("a".repeat(128)).value()).hasSize(128);
    assertThatThrownBy(() -> new Tag("a".repeat(129))).isInstanceOf(InvalidNameException.class);
  }

  @Test
  void reference_withColonIsADigest() {
    assertThat(Reference.parse("sha256:" + HEX)).isEqualTo(new Digest("sha256:" + HEX));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256:", "sha256:abc", "sha512:abc", "md5:abc", ":", "sha256", ""})
  void digest_refusesWhatIsNotSha256(String text) {
    assertThatThrownBy(() -> new Digest(text)).hasMessageStartingWith("digest '");
  }

  @Test
  void digest_refusesUpperCaseAndTrailingText() {
    assertThatThrownBy(() -> new Digest("sha256:" + HEX.toUpperCase(java.util.Locale.ROOT)))
        .hasMessageContaining("lower case");
    assertThatThrownBy(() -> new Digest("sha256:" + HEX + "\n"))
        .isInstanceOf(InvalidNameException.class);
  }

  @Test
  void digest_ofBytesIsTheirSha256() {
    assertThat(Digest.of("abc".getBytes(StandardCharsets.UTF_8)).value())
        .isEqualTo("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
