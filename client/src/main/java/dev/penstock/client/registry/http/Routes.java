package dev.penstock.client.registry.http;

import dev.penstock.client.credentials.LookupThreads;
import dev.penstock.client.network.ProxySettings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds the way to an origin, anew for each request. Any thread; nothing blocks. */
final class Routes {
  private final Reach reach;
  private final LookupThreads lookups;
  private final Duration timeout;

  Routes(Reach reach, LookupThreads lookups, Duration timeout) {
    this.reach = reach;
    this.lookups = lookups;
    this.timeout = timeout;
  }

  /** Fails with a {@link NoRouteException}: a password that is just being replaced may be back. */
  CompletableFuture<Route> to(Origin origin) {
    ProxySettings proxy = reach.proxies().apply(origin);
    if (proxy == null || proxy.password() == null) {
      return CompletableFuture.completedFuture(
          new Route(origin, proxy == null ? null : proxy.proxy(null)));
    }
    // A file may be on a disk that hangs.
    return lookups
        .submit(() -> new Route(origin, proxy.read()))
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(explain(proxy, failure)));
  }

  private NoRouteException explain(ProxySettings proxy, Throwable failure) {
    Throwable cause = HttpTransport.unwrap(failure);
    return new NoRouteException(
        cause instanceof TimeoutException
            ? "%s: the password is not read within %d ms".formatted(proxy, timeout.toMillis())
            : String.valueOf(cause.getMessage()),
        cause);
  }
}
