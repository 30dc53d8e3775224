package dev.penstock.tunnel.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics = new Metrics();

  @Test
  void text_isPrometheusFormat() {
    metrics
        .counter("things_total", "All things.", () -> 12)
        .gauge("load", "How \"full\" it is.", () -> 0.25)
        .gauges(
            "size_bytes",
            List.of("name", "kind"),
            "Of each.",
            samples -> {
              samples.add(1L << 40, "a", "x");
              samples.add(Double.POSITIVE_INFINITY, "b\"\\\nc", "y");
            })
        .gauges("unknown", List.of(), "Nobody knows.", samples -> {});
    assertThat(metrics.text())
        .isEqualTo(
            """
            # HELP things_total All things.
            # TYPE things_total counter
            things_total 12
            # HELP load How "full" it is.
            # TYPE load gauge
            load 0.25
            # HELP size_bytes Of each.
            # TYPE size_bytes gauge
            size_bytes{name="a",kind="x"} 1099511627776
            size_bytes{name="b\\"\\\\\\nc",kind="y"} +Inf
            # HELP unknown Nobody knows.
            # TYPE unknown gauge
            """);
  }

  @Test
  void values_areThoseOfTheMoment() {
    long[] value = {1};
    metrics.counter("things_total", "All things.", () -> value[0]);
    assertThat(metrics.text()).endsWith("things_total 1\n");
    value[0] = 2;
    assertThat(metrics.text()).endsWith("things_total 2\n");
  }

  @Test
  void names_againstTheConventions_areRefused() {
    assertThatThrownBy(() -> metrics.counter("things", "x", () -> 1))
        .hasMessageContaining("_total");
    assertThatThrownBy(() -> metrics.gauge("Load", "x", () -> 1)).hasMessageContaining("Load");
    metrics.gauge("load", "x", () -> 1);
    assertThatThrownBy(() -> metrics.gauge("load", "x", () -> 1)).hasMessageContaining("already");
  }

  @Test
  void processMetrics_tellOfThisProcess() {
    ProcessMetrics.declare(metrics);
    assertThat(metrics.text())
        .containsPattern("process_start_time_seconds [1-9]\\.\\d+E9\n")
        .containsPattern("jvm_memory_used_bytes\\{area=\"heap\"} [1-9]\\d+\n")
        .containsPattern("jvm_buffer_pool_used_bytes\\{pool=\"direct\"} \\d+\n")
        .containsPattern("jvm_threads_current [1-9]\\d*\n");
  }
}
