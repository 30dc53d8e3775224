package dev.penstock.tunnel.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the enum against the table of the specification. */
class CloseCauseTest {
  private static final Path SPECIFICATION = Path.of("..", "proto", "README.md");
  private static final String HEAD = "| cause | close code | gRPC status | session | meaning |";

  @ParameterizedTest
  @EnumSource
  void specification_hasTheRowOfTheCause(CloseCause cause) throws IOException {
    String status = Status.fromCodeValue(cause.grpcStatus()).getCode().name();
    assertThat(rows())
        .contains(
            "| %s | %d | %s | %s | %s |"
                .formatted(
                    cause,
                    cause.closeCode(),
                    status,
                    cause.endsSession() ? "ends" : "waits",
                    cause.description()));
  }

  @Test
  void specification_hasNoOtherRows() throws IOException {
    List<String> causes = rows().stream().map(row -> row.split("\\|", -1)[1].trim()).toList();
    assertThat(causes)
        .containsExactlyElementsOf(Stream.of(CloseCause.values()).map(Enum::name).toList());
  }

  @ParameterizedTest
  @EnumSource
  void closeCode_leadsBackToItsCause(CloseCause cause) {
    assertThat(CloseCause.ofCloseCode(cause.closeCode())).isEqualTo(cause);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1003, 1012, 3000, 4100, 4999})
  void unknownCloseCode_isOther(int code) {
    assertThat(CloseCause.ofCloseCode(code)).isEqualTo(CloseCause.OTHER);
  }

  @Test
  void causes_thatMustNotBeSentAreMarked() {
    assertThat(Arrays.stream(CloseCause.values()).filter(cause -> !cause.isSent()))
        .containsExactly(
            CloseCause.NO_STATUS,
            CloseCause.CONNECTION_LOST,
            CloseCause.SESSION_UNKNOWN,
            CloseCause.OTHER);
  }

  private static List<String> rows() throws IOException {
    return Files.readAllLines(SPECIFICATION).stream()
        .dropWhile(line -> !line.equals(HEAD))
        .skip(2) // the head and its rule
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }
}
