package dev.penstock.client.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestIdTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "0",
        "7f3c-11:22/33+44=55@host.name_x",
        "2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d"
      })
  void id_isTakenAsItIs(String text) {
    assertThat(RequestId.parse(text)).contains(new RequestId(text));
    assertThat(new RequestId(text)).hasToString(text);
  }

  static Stream<String> foreign() {
    return Stream.of(
        "",
        " ",
        "a b",
        "a\r\nX-Injected: 1",
        "a)(b",
        "a) evil/1.0 (",
        "\"",
        "\\",
        "{}",
        "a;b",
        "a,b",
        "a%0d",
        "\u0000",
        "\u001b[2J",
        "\u00e4",
        "\u0661",
        "a\n",
        "x".repeat(129));
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void whatCouldBreakAHeaderOrALine_isNone(String text) {
    assertThat(RequestId.parse(text)).isEmpty();
    assertThatThrownBy(() -> new RequestId(text))
        .isInstanceOf(InvalidNameException.class)
        .satisfies(e -> assertThat(e.getMessage()).matches("request id [\\x20-\\x7e…]+"));
  }

  @Test
  void id_hasAtMost128Characters() {
    assertThat(RequestId.parse("x".repeat(128))).isPresent();
  }

  @Test
  void absentId_isNone() {
    assertThat(RequestId.parse(null)).isEmpty();
  }

  @Test
  void randomIds_differ() {
    Set<RequestId> ids = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      ids.add(RequestId.random());
    }
    assertThat(ids).hasSize(1_000).allMatch(id -> id.value().matches("[0-9a-f]{32}"));
  }
}
