package dev.penstock.client.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.registry.RegistryException.Kind;
import io.grpc.Status;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class StatusesTest {

  /** The table of registry.proto, row by row. */
  @Test
  void everyKindHasItsStatus() {
    String table =
        Arrays.stream(Kind.values())
            .map(kind -> kind + " " + Statuses.code(kind))
            .collect(Collectors.joining("\n"));
    assertThat(table)
        .isEqualTo(
            """
            NOT_FOUND NOT_FOUND
            DENIED FAILED_PRECONDITION
            OUT_OF_RANGE INVALID_ARGUMENT
            UNREACHABLE UNAVAILABLE
            FAILING UNAVAILABLE
            THROTTLED UNAVAILABLE
            TRUNCATED DATA_LOSS
            CORRUPT DATA_LOSS
            TOO_LARGE RESOURCE_EXHAUSTED
            UNSUPPORTED FAILED_PRECONDITION""");
  }

  @Test
  void whatIsNoRegistrysFailureIsADefect() {
    Status status = Statuses.of(new CompletionException(new IllegalStateException("x")));
    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription()).isEqualTo("a defect in the client, whose log says more");
  }
}
