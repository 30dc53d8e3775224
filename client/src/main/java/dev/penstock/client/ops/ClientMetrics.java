package dev.penstock.client.ops;

import dev.penstock.client.registry.RegistryException;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.RegistryTraffic;
import dev.penstock.client.service.TransferGauges;
import dev.penstock.tunnel.ops.CallCounts;
import dev.penstock.tunnel.ops.Metrics;
import dev.penstock.tunnel.ops.ProcessMetrics;
import dev.penstock.tunnel.ops.TunnelLedger;
import io.grpc.Status;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** The metrics of a client; README has the table. Labels are bounded by the configuration. */
public final class ClientMetrics {
  static final String PREFIX = "penstock_client_";

  private ClientMetrics() {}

  /** All of them. */
  public static Metrics of(
      TunnelLedger tunnels,
      LongSupplier failedDials,
      CallCounts calls,
      TransferGauges transfers,
      List<RegistryReader> registries) {
    Metrics metrics = new Metrics();
    tunnels.declare(metrics, PREFIX);
    metrics.counter(
        PREFIX + "failed_dials_total",
        "Attempts to attach or to resume that failed.",
        failedDials::getAsLong);
    metrics.gauge(
        PREFIX + "streams",
        "gRPC calls in progress; each is one stream of a tunnel.",
        calls::active);
    calls.declare(metrics, PREFIX);
    declareTransfers(metrics, transfers);
    declareRegistries(metrics, registries);
    ProcessMetrics.declare(metrics);
    return metrics;
  }

  /** The hop at fault when a call of the registry's service ends with this status. */
  public static String hopOf(Status status) {
    if (status.getCause() instanceof RegistryException) {
      return "registry";
    }
    // Nothing else cancels a call here but the tunnel's end and the other side.
    return status.getCode() == Status.Code.CANCELLED ? "tunnel" : "client";
  }

  private static void declareTransfers(Metrics metrics, TransferGauges transfers) {
    metrics.gauge(
        PREFIX + "read_ahead_bytes",
        "Bytes that registries have delivered and no stream has taken yet.",
        transfers::readAheadBytes);
    transfers.times().declare(metrics, PREFIX);
  }

  private static void declareRegistries(Metrics metrics, List<RegistryReader> registries) {
    metrics
        .counters(
            PREFIX + "registry_requests_total",
            List.of("registry", "status"),
            "Requests to registries, by the class of the answer's status; none: no answer came.",
            samples -> registries.forEach(registry -> requests(registry, samples)))
        .counters(
            PREFIX + "registry_errors_total",
            List.of("registry", "kind"),
            "Reads of registries that failed in the end.",
            samples -> registries.forEach(registry -> errors(registry, samples)))
        .counters(
            PREFIX + "registry_read_bytes_total",
            List.of("registry"),
            "Bytes of blobs that registries have delivered.",
            samples ->
                registries.forEach(
                    registry ->
                        samples.add((double) registry.traffic().readBytes(), name(registry))));
  }

  private static void requests(RegistryReader registry, Metrics.Samples samples) {
    for (RegistryTraffic.Answer answer : RegistryTraffic.Answer.values()) {
      samples.add((double) registry.traffic().requests(answer), name(registry), answer.label());
    }
  }

  private static void errors(RegistryReader registry, Metrics.Samples samples) {
    for (RegistryException.Kind kind : RegistryException.Kind.values()) {
      samples.add(
          (double) registry.traffic().errors(kind),
          name(registry),
          kind.name().toLowerCase(Locale.ROOT));
    }
  }

  private static String name(RegistryReader registry) {
    return registry.endpoint().name();
  }
}
