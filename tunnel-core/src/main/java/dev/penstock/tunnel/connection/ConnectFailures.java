package dev.penstock.tunnel.connection;

import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.proxy.HttpProxyHandler;
import io.grpc.netty.shaded.io.netty.handler.proxy.ProxyConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;

/** Words for what can go wrong while connecting: what happened, where, and what to do. */
final class ConnectFailures {
  private ConnectFailures() {}

  static ConnectException failed(Destination to, ConnectStep step, Throwable cause) {
    return switch (step) {
      case CONNECT -> connect(to, cause);
      case PROXY -> proxy(to, cause);
      case TLS -> {
        String message = "TLS with %s failed: %s".formatted(to, TlsFailures.reason(cause));
        yield new ConnectException(step, message, TlsFailures.kindOf(cause), cause);
      }
    };
  }

  static ConnectException timedOut(Destination to, ConnectStep step, Duration timeout) {
    String unfinished =
        switch (step) {
          case CONNECT -> "no TCP connection to";
          case PROXY ->
              "no answer from %s on the way to"
                  .formatted(Objects.requireNonNull(to.proxy()).protocol().inWords());
          case TLS -> "no TLS with";
        };
    String bound = "within " + timeout.toMillis() + " ms";
    return new ConnectException(
        step, "%s %s%s %s".formatted(unfinished, to, via(to), bound), "nothing " + bound, null);
  }

  static ConnectException abandoned(Destination to, ConnectStep step) {
    return new ConnectException(
        step, "connecting to " + to + " was given up", "it was given up", null);
  }

  private static ConnectException connect(Destination to, Throwable cause) {
    boolean isUnknown = cause instanceof UnknownHostException;
    String message =
        isUnknown
            ? "cannot resolve host '%s' on the way to %s"
                .formatted(to.firstHop().getHostString(), to)
            : "cannot connect to %s%s: %s".formatted(to, via(to), ForeignText.of(cause));
    String reason = isUnknown ? "the name is unknown" : "no connection";
    return new ConnectException(ConnectStep.CONNECT, message, reason, cause);
  }

  private static ConnectException proxy(Destination to, Throwable cause) {
    // Under TLS the proxy's refusal first reaches the handshake that waits behind it.
    Throwable refusal = cause;
    while (!(refusal instanceof ProxyConnectException) && refusal.getCause() != null) {
      refusal = refusal.getCause();
    }
    boolean isChallenge = isChallenge(refusal);
    String advice = isChallenge ? "; " + ProxyFailures.WANTS_CREDENTIALS : "";
    return new ConnectException(
        ConnectStep.PROXY,
        "proxy %s did not connect to %s: %s%s"
            .formatted(to.proxy(), to, ForeignText.of(refusal), advice),
        isChallenge ? ProxyFailures.UNAUTHORIZED : "it refuses, or is none",
        cause);
  }

  private static boolean isChallenge(Throwable refusal) {
    return refusal instanceof HttpProxyHandler.HttpProxyConnectException http
        && http.headers() != null
        && http.headers().contains(HttpHeaderNames.PROXY_AUTHENTICATE);
  }

  private static String via(Destination to) {
    return to.proxy() == null ? "" : " through proxy " + to.proxy();
  }
}
