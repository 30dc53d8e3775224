package dev.penstock.tunnel.websocket.dial;

import dev.penstock.tunnel.websocket.ForeignText;
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
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.glassfish.tyrus.core.HandshakeException;
import org.jspecify.annotations.Nullable;

/** Words for what can go wrong while dialling: what happened, where, and what to do. */
final class DialFailures {
  private DialFailures() {}

  /**
   * Finds our own exception in what Tyrus wrapped around it, or explains Tyrus's.
   *
   * @throws InterruptedException when that is why the dial ended
   */
  static DialException explain(DialTarget target, Throwable thrown) throws InterruptedException {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof DialException dial) {
        return dial;
      }
      if (t instanceof HandshakeException finding) {
        return unacceptable(target, finding);
      }
      if (t instanceof InterruptedException) {
        throw new InterruptedException("interrupted while dialling " + target);
      }
    }
    return new DialException(
        DialStep.CONNECT, "cannot dial %s: %s".formatted(target, text(thrown)), thrown);
  }

  static DialException failed(DialTarget target, DialStep step, Throwable cause) {
    String what =
        switch (step) {
          case CONNECT -> connect(target, cause);
          case PROXY -> proxy(target, cause);
          case TLS -> "TLS with %s failed: %s".formatted(target, tls(cause));
          case UPGRADE ->
              "no answer to the upgrade request from %s: %s".formatted(target, text(cause));
        };
    return new DialException(step, what, cause);
  }

  static DialException timedOut(DialTarget target, DialStep step) {
    String what =
        "%s %s%s within %d ms"
            .formatted(
                step.unfinished(), target, via(target), target.handshakeTimeout().toMillis());
    return new DialException(step, what, null);
  }

  static DialException notHttp(DialTarget target, Throwable cause) {
    return new DialException(
        DialStep.UPGRADE,
        "the answer from %s is not HTTP/1.1: %s".formatted(target, text(cause)),
        cause);
  }

  /** The answer was 101, but not one to go on with. */
  static DialException unacceptable(DialTarget target, Throwable finding) {
    return new DialException(
        DialStep.UPGRADE, "%s answered 101, but: %s".formatted(target, text(finding)), finding);
  }

  /** The upgrade was answered with something other than 101. */
  static DialException answered(DialTarget target, int status, ResponseHeaders response) {
    String detail =
        switch (status) {
          case 301, 302, 303, 307, 308 ->
              " and points to "
                  + ForeignText.printable(place(response.first("Location").orElse("nowhere")))
                  + "; a hop in between answers in the server's place";
          case 401 -> "; the token is not known there";
          case 403 ->
              "; the token is not for this tunnel id, or a hop in between forbids WebSockets";
          case 404 -> "; the URL is not the server's public port, or a hop dropped the upgrade";
          case 426 -> "; a hop in between dropped the Upgrade header";
          default -> "";
        };
    String server =
        response
            .first("Server")
            .map(name -> " (by " + ForeignText.printable(name) + ")")
            .orElse("");
    return new DialException(
        DialStep.UPGRADE,
        "%s answered %d%s%s".formatted(target, status, server, detail),
        status,
        retryAfter(response.first("Retry-After").orElse(null)),
        null);
  }

  private static String connect(DialTarget target, Throwable cause) {
    if (cause instanceof UnknownHostException) {
      String host = target.firstHop().getHostString();
      return "cannot resolve host '%s' on the way to %s".formatted(host, target);
    }
    return "cannot connect to %s%s: %s".formatted(target, via(target), text(cause));
  }

  private static String proxy(DialTarget target, Throwable cause) {
    // Under TLS the proxy's refusal first reaches the handshake that waits behind it.
    Throwable refusal = cause;
    while (!(refusal instanceof ProxyConnectException) && refusal.getCause() != null) {
      refusal = refusal.getCause();
    }
    return "proxy %s did not connect to %s: %s%s"
        .formatted(
            target.proxy(),
            target,
            text(refusal),
            isChallenge(refusal) ? "; it wants a user and a password, or others than these" : "");
  }

  private static boolean isChallenge(Throwable refusal) {
    return refusal instanceof HttpProxyHandler.HttpProxyConnectException http
        && http.headers() != null
        && http.headers().contains(HttpHeaderNames.PROXY_AUTHENTICATE);
  }

  private static String via(DialTarget target) {
    return target.proxy() == null ? "" : " through proxy " + target.proxy();
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
      return "the certificate has expired: " + text(innermost);
    }
    if (innermost instanceof CertificateNotYetValidException) {
      return "the certificate is not valid yet: " + text(innermost);
    }
    if (innermost instanceof CertPathBuilderException
        || innermost instanceof CertPathValidatorException) {
      return "the certificate is not from a trusted authority: " + text(innermost);
    }
    return text(innermost);
  }

  private static String text(Throwable cause) {
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : ForeignText.printable(message.lines().findFirst().orElse(""));
  }

  /** Seconds or an HTTP date (RFC 9110 §10.2.3); null for what is neither. */
  static @Nullable Duration retryAfter(@Nullable String value) {
    if (value == null) {
      return null;
    }
    try {
      if (value.chars().allMatch(Character::isDigit)) {
        return Duration.ofSeconds(Long.parseLong(value));
      }
      Instant when = DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from);
      Duration wait = Duration.between(Instant.now(), when);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (NumberFormatException | DateTimeParseException e) {
      return null;
    }
  }

  /** Without user, query and fragment: a login page's hold what is nobody's business. */
  private static String place(String location) {
    String place = location.split("[?#]", 2)[0];
    return place.replaceFirst("//[^/]*@", "//");
  }
}
