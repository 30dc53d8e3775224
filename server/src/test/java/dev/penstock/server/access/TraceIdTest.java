package dev.penstock.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context, Level 1. */
class TraceIdTest {
  private static final Metadata.Key<String> PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";

  @Test
  void traceId_isThatOfTheParent() {
    assertThat(TraceId.in(with("00-" + ID + "-00f067aa0ba902b7-01"))).contains(new TraceId(ID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 code=OK",
      })
  void whatIsNotOfVersion00_isNone(String parent) {
    assertThat(TraceId.in(with(parent))).isEmpty();
  }

  @Test
  void noneOrSeveral_areNone() {
    assertThat(TraceId.in(new Metadata())).isEmpty();
    Metadata two = with("00-" + ID + "-00f067aa0ba902b7-01");
    two.put(PARENT, "00-" + ID + "-00f067aa0ba902b7-01");
    assertThat(TraceId.in(two)).isEmpty();
  }

  private static Metadata with(String parent) {
    Metadata metadata = new Metadata();
    metadata.put(PARENT, parent);
    return metadata;
  }
}
