package dev.penstock.tunnel.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import org.junit.jupiter.api.Test;

class CallCountsTest {
  private final CallCounts counts =
      new CallCounts(
          HealthGrpc.getServiceDescriptor(), status -> status.getCause() == null ? "here" : "far");

  private final Metrics metrics = new Metrics();

  private ServerStreamTracer begin(String method) {
    return counts.newServerStreamTracer(method, new Metadata());
  }

  private String text() {
    return metrics.text();
  }

  @Test
  void calls_countByMethodAndCode_andThoseOfStrangersTogether() {
    counts.declare(metrics, "x_");
    ServerStreamTracer call = begin("grpc.health.v1.Health/Check");
    assertThat(counts.active()).isEqualTo(1);
    call.streamClosed(Status.OK);
    begin("grpc.health.v1.Health/Check").streamClosed(Status.OK);
    begin("some.Service/Check").streamClosed(Status.UNIMPLEMENTED);
    begin("another.Service/Any").streamClosed(Status.UNIMPLEMENTED);
    assertThat(counts.active()).isZero();
    assertThat(text())
        .contains(
            "\nx_calls_total{method=\"Check\",code=\"OK\"} 2\n",
            "\nx_calls_total{method=\"other\",code=\"UNIMPLEMENTED\"} 2\n")
        .contains("x_errors_total{hop=\"here\",code=\"UNIMPLEMENTED\"} 2\n")
        .doesNotContain("code=\"OK\"} 0", "hop=\"far\"");
  }

  @Test
  void errors_areOfTheHopThatWasBlamedLast_elseOfTheStatuss() {
    counts.declare(metrics, "x_");
    ServerStreamTracer blamed = begin("a/b");
    Context context = blamed.filterContext(Context.ROOT);
    CallCounts.blame(context, "first");
    CallCounts.blame(context.withValue(Context.key("any"), 1), "second");
    blamed.streamClosed(Status.UNAVAILABLE.withCause(new Exception()));
    begin("a/b").streamClosed(Status.UNAVAILABLE.withCause(new Exception()));
    ServerStreamTracer fine = begin("a/b");
    CallCounts.blame(fine.filterContext(Context.ROOT), "third");
    fine.streamClosed(Status.OK);
    CallCounts.blame(Context.ROOT, "nobody counts it");
    assertThat(text())
        .contains(
            "\nx_errors_total{hop=\"second\",code=\"UNAVAILABLE\"} 1\n",
            "\nx_errors_total{hop=\"far\",code=\"UNAVAILABLE\"} 1\n")
        .doesNotContain("first", "third");
  }
}
