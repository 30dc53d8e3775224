package dev.penstock.client.check;

import dev.penstock.client.registry.http.Errand;
import dev.penstock.client.registry.http.HttpAnswer;
import dev.penstock.client.registry.http.HttpQuery;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.Origin;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the server's health check for an answer. It shows no token: whether that is taken, only
 * attaching can tell.
 */
final class ServerProbe {
  private static final String SUBJECT = "server";

  private final URI server;
  private final HttpTransport transport;

  /** Takes a ws or wss URL. */
  ServerProbe(URI server, HttpTransport transport) {
    this.server = server;
    this.transport = transport;
  }

  /** Never fails. */
  CompletableFuture<Finding> run() {
    String scheme = server.getScheme().equals("wss") ? "https" : "http";
    URI health = URI.create(scheme + "://" + server.getRawAuthority() + "/healthz");
    return transport
        .send(new HttpQuery("GET", health, Map.of(), null), new Errand())
        .thenCompose(answer -> answer.body().discard().thenApply(discarded -> answer))
        .thenApply(answer -> judge(answer, Origin.of(health)))
        .exceptionally(failure -> Leg.SERVER.failed(SUBJECT, failure));
  }

  private Finding judge(HttpAnswer answer, Origin asked) {
    int status = answer.statusCode();
    if (!Origin.of(answer.uri()).equals(asked)) {
      return Finding.unreachable(
          SUBJECT,
          "%s sends us on to %s".formatted(server, Origin.of(answer.uri())),
          "a login page stands in the way, or --server has an old URL");
    }
    if (status == 200) {
      return Finding.ok(SUBJECT, server + " answers");
    }
    return status >= 500
        ? Finding.unreachable(
            SUBJECT,
            "%s answers %d".formatted(server, status),
            "no server is up behind it, or it is about to stop; try again, and ask who runs it")
        : Finding.warning(
            SUBJECT,
            "%s answers %d to GET /healthz".formatted(server, status),
            "well if a gateway passes /tunnel/ only; else check host and port in --server");
  }
}
