package dev.penstock.tunnel.connection;

import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.proxy.HttpProxyHandler;
import io.grpc.netty.shaded.io.netty.handler.proxy.ProxyConnectException;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
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
        String reason = tls(cause);
        yield new ConnectException(
            step, "TLS with %s failed: %s".formatted(to, reason), reason, cause);
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
    String reason = ForeignText.of(cause);
    String message =
        cause instanceof UnknownHostException
            ? "cannot resolve host '%s' on the way to %s"
                .formatted(to.firstHop().getHostString(), to)
            : "cannot connect to %s%s: %s".formatted(to, via(to), reason);
    return new ConnectException(ConnectStep.CONNECT, message, reason, cause);
  }

  private static ConnectException proxy(Destination to, Throwable cause) {
    // Under TLS the proxy's refusal first reaches the handshake that waits behind it.
    Throwable refusal = cause;
    while (!(refusal instanceof ProxyConnectException) && refusal.getCause() != null) {
      refusal = refusal.getCause();
    }
    String reason =
        ForeignText.of(refusal)
            + (isChallenge(refusal)
                ? "; it wants a user and a password, or others than these"
                : "");
    return new ConnectException(
        ConnectStep.PROXY,
        "proxy %s did not connect to %s: %s".formatted(to.proxy(), to, reason),
        reason,
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

  private static String tls(Throwable cause) {
    Throwable innermost = cause;
    while (innermost.getCause() != null && innermost.getCause() != innermost) {
      innermost = innermost.getCause();
    }
    if (innermost instanceof NotSslRecordException) {
      return "the peer does not speak TLS"; // the rest would be a dump of what it said
    }
    if (innermost instanceof CertificateExpiredException) {
      return "the certificate has expired: " + ForeignText.of(innermost);
    }
    if (innermost instanceof CertificateNotYetValidException) {
      return "the certificate is not valid yet: " + ForeignText.of(innermost);
    }
    if (innermost instanceof CertPathBuilderException
        || innermost instanceof CertPathValidatorException) {
      return "the certificate is not from a trusted authority: " + ForeignText.of(innermost);
    }
    return ForeignText.of(innermost);
  }
}
