package dev.penstock.client.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.registry.RegistryTraffic.Answer;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistryTrafficTest {
  private final RegistryTraffic traffic = new RegistryTraffic("main");

  @Test
  void registry_isInTroubleUntilItHasAnswered() {
    assertThat(traffic.trouble()).hasValue("registry 'main' has not answered yet");
    assertThat(traffic.isOlderThan(Duration.ofDays(1))).isTrue();
  }

  @Test
  void requestWithoutAnAnswer_isTrouble_andACancelledOneSaysNothing() {
    assertThat(traffic.observe(CompletableFuture.failedFuture(new EOFException("end"))))
        .isCompletedExceptionally();
    assertThat(traffic.requests(Answer.NONE)).isEqualTo(1);
    assertThat(traffic.trouble().orElseThrow()).startsWith("registry 'main': ");
    assertThat(traffic.isOlderThan(Duration.ofDays(1))).isFalse();
    assertThat(traffic.observe(new CompletableFuture<>()).cancel(true)).isTrue();
    assertThat(traffic.requests(Answer.NONE)).isEqualTo(1);
  }

  @Test
  void lastHeard_isForCallers_andNamesNoHost() {
    assertThat(traffic.lastHeard()).isEqualTo(new RegistryTraffic.LastHeard(null, null));
    Exception told = new IOException("registry.internal refused ann");
    assertThat(traffic.learned(CompletableFuture.failedFuture(told))).isCompletedExceptionally();
    RegistryTraffic.LastHeard heard = traffic.lastHeard();
    RegistryException failure = Objects.requireNonNull(heard.failure());
    assertThat(failure.kind()).isEqualTo(RegistryException.Kind.UNREACHABLE);
    assertThat(failure.getMessage())
        .startsWith("registry 'main': ")
        .doesNotContain("internal", "ann");
    assertThat(heard.age()).isBetween(Duration.ZERO, Duration.ofDays(1));
    assertThat(traffic.trouble().orElseThrow()).contains("registry.internal refused ann");
  }

  @Test
  void failures_countByKind_andBytesAddUp() {
    traffic.failed(new RegistryException(RegistryException.Kind.CORRUPT, "x"));
    traffic.failed(new IllegalStateException("a defect is not the registry's"));
    traffic.read(3);
    traffic.read(4);
    assertThat(traffic.errors(RegistryException.Kind.CORRUPT)).isEqualTo(1);
    assertThat(traffic.errors(RegistryException.Kind.DENIED)).isZero();
    assertThat(traffic.readBytes()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "100, 1xx",
    "200, 2xx",
    "206, 2xx",
    "307, 3xx",
    "401, 4xx",
    "503, 5xx",
    "99, 5xx",
    "999, 5xx"
  })
  void answers_areToldApartByTheirClass(int status, String label) {
    assertThat(Answer.of(status).label()).isEqualTo(label);
  }
}
