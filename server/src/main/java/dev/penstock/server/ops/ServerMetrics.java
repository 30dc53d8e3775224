package dev.penstock.server.ops;

import dev.penstock.server.canary.CanaryTotals;
import dev.penstock.server.relay.RelayGauges;
import dev.penstock.server.relay.Relays;
import dev.penstock.tunnel.ops.CallCounts;
import dev.penstock.tunnel.ops.Metrics;
import dev.penstock.tunnel.ops.ProcessMetrics;
import dev.penstock.tunnel.ops.TunnelLedger;
import dev.penstock.tunnel.probe.ProbeCounts;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The metrics of a server; README has the table. No label's values are a caller's to choose. */
public final class ServerMetrics {
  static final String PREFIX = "penstock_server_";

  private ServerMetrics() {}

  /**
   * All of them.
   *
   * @param streams calls in progress in all tunnels
   */
  public static Metrics of(
      TunnelLedger tunnels,
      LongSupplier streams,
      Supplier<ProbeCounts> probes,
      CanaryTotals canaries,
      CallCounts calls,
      Relays relays) {
    Metrics metrics = new Metrics();
    tunnels.declare(metrics, PREFIX);
    metrics
        .gauge(
            PREFIX + "streams",
            "Calls in progress in tunnels; each is one stream of one of them.",
            streams::getAsLong)
        .gauge(
            PREFIX + "calls_active",
            "Calls of callers in progress, those that wait for a client included.",
            calls::active);
    declareProbes(metrics, probes);
    canaries.declare(metrics, PREFIX);
    calls.declare(metrics, PREFIX);
    declareRelays(metrics, relays);
    relays.transfers().declare(metrics, PREFIX);
    ProcessMetrics.declare(metrics);
    return metrics;
  }

  private static void declareProbes(Metrics metrics, Supplier<ProbeCounts> probes) {
    metrics
        .gauge(
            PREFIX + "probes", "Probes of clients' paths that are open.", () -> probes.get().open())
        .counter(
            PREFIX + "probes_total",
            "Probes of clients' paths that were opened.",
            () -> probes.get().opened())
        .counters(
            PREFIX + "probe_bytes_total",
            List.of("direction"),
            "Payload of messages on probes. receive: from clients. send: to clients.",
            samples -> {
              ProbeCounts counts = probes.get();
              samples.add((double) counts.receivedBytes(), "receive");
              samples.add((double) counts.sentBytes(), "send");
            });
  }

  private static void declareRelays(Metrics metrics, Relays relays) {
    RelayGauges gauges = relays.gauges();
    metrics
        .gauge(
            PREFIX + "waiting_calls",
            "Calls that wait for a client to attach or to have a place.",
            () -> relays.router().waitingCalls())
        .counter(
            PREFIX + "continued_calls_total",
            "How often a call has gone on with another client.",
            () -> gauges.continuedCalls().now())
        .gauge(
            PREFIX + "unsent_bytes",
            "Bytes given to callers' connections since each last had room.",
            () -> gauges.unsentBytes().now())
        .gauge(
            PREFIX + "digest_backlog_bytes",
            "Bytes that wait for their hash.",
            () -> gauges.digestBacklogBytes().now());
  }
}
