package dev.penstock.client.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of W3C Trace Context, Level 1, and nothing beside it. */
final class TraceContextTest {
  private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00-" + ID + "-00f067aa0ba902b7-01";

  @ParameterizedTest
  @ValueSource(strings = {"00", "01", "ff"})
  void parent_isTakenAsItIs(String flags) {
    String sent = "00-" + ID + "-00f067aa0ba902b7-" + flags;
    TraceContext trace = parse(sent);
    assertThat(trace.traceparent()).isEqualTo(sent);
    assertThat(trace.traceId()).isEqualTo(ID);
    assertThat(trace.tracestate()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
        " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nX-Injected: 1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      })
  void whatIsNotOfVersion00_isNone(String sent) {
    assertThat(TraceContext.parse(List.of(sent), List.of("a=1"))).isEmpty();
    assertThatThrownBy(() -> new TraceContext(sent, ""))
        .hasMessage("traceparent is not as version 00 has it");
  }

  @Test
  void noParentOrSeveral_areNone() {
    assertThat(TraceContext.parse(null, List.of("a=1"))).isEmpty();
    assertThat(TraceContext.parse(List.of(), null)).isEmpty();
    assertThat(TraceContext.parse(List.of(PARENT, PARENT), null)).isEmpty();
  }

  @Test
  void states_areJoinedInTheirOrderWithoutBlanksAndEmptyMembers() {
    assertThat(
            parse(PARENT, "rojo=00f067aa0ba902b7 ,\tcongo=t61rcWkgMzE", ",", "1a@sys=x y!,")
                .tracestate())
        .isEqualTo("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,1a@sys=x y!");
  }

  static Stream<String> foreignStates() {
    return Stream.of(
        "a",
        "=1",
        "a=",
        "a=1=2",
        "A=1",
        "1=1",
        "a b=1",
        "a=\u00e4",
        "a=1\r\nX-Injected: 1",
        "a=1\u0000",
        "a@1=x",
        "a=1,b=2,a=3",
        "a".repeat(257) + "=1",
        "a=" + "x".repeat(257),
        "a@" + "b".repeat(15) + "=1",
        members(33),
        "a=" + "x".repeat(255) + ",b=" + "x".repeat(255));
  }

  @ParameterizedTest
  @MethodSource("foreignStates")
  void stateThatIsNone_costsOnlyItself(String state) {
    TraceContext trace = parse(PARENT, state);
    assertThat(trace.traceparent()).isEqualTo(PARENT);
    assertThat(trace.tracestate()).isEmpty();
    assertThatThrownBy(() -> new TraceContext(PARENT, state))
        .hasMessage("tracestate is not as version 00 has it");
  }

  @Test
  void state_hasUpTo32MembersAnd512Characters() {
    assertThat(parse(PARENT, members(32)).tracestate()).isEqualTo(members(32));
    String long512 = "a=" + "x".repeat(255) + ",b=" + "x".repeat(252);
    assertThat(parse(PARENT, long512).tracestate()).hasSize(512).isEqualTo(long512);
  }

  @Test
  void line_ofALogHasTheIds() {
    RequestId id = new RequestId("id-1");
    assertThat(new CallIds(id)).hasToString("request id-1");
    assertThat(new CallIds(id, parse(PARENT))).hasToString("request id-1, trace " + ID);
  }

  private static String members(int count) {
    return IntStream.range(0, count).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));
  }

  private static TraceContext parse(String parent, String... states) {
    return TraceContext.parse(List.of(parent), List.of(states)).orElseThrow();
  }
}
