package dev.penstock.tunnel.websocket.dial;

import dev.penstock.tunnel.connection.ConnectException;
import dev.penstock.tunnel.connection.ConnectStep;
import dev.penstock.tunnel.connection.ForeignText;
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
   * @param switched the 101 that Tyrus judged, if it came to that
   * @throws InterruptedException when that is why the dial ended
   */
  static DialException explain(DialTarget target, @Nullable DialAnswer switched, Throwable thrown)
      throws InterruptedException {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof DialException dial) {
        return dial;
      }
      if (t instanceof HandshakeException finding) {
        return unacceptable(target, switched, finding);
      }
      if (t instanceof InterruptedException) {
        throw new InterruptedException("interrupted while dialling " + target);
      }
    }
    return new DialException(
        DialStep.CONNECT, "cannot dial %s: %s".formatted(target, ForeignText.of(thrown)), thrown);
  }

  static DialException failed(DialTarget target, Throwable cause) {
    return cause instanceof ConnectException connecting
        ? new DialException(step(connecting.step()), connecting.getMessage(), cause)
        : new DialException(
            DialStep.UPGRADE,
            "no answer to the upgrade request from %s: %s".formatted(target, ForeignText.of(cause)),
            cause);
  }

  private static DialStep step(ConnectStep step) {
    return switch (step) {
      case CONNECT -> DialStep.CONNECT;
      case PROXY -> DialStep.PROXY;
      case TLS -> DialStep.TLS;
    };
  }

  static DialException timedOut(DialTarget target) {
    return new DialException(
        DialStep.UPGRADE,
        "no answer to the upgrade request from %s within %d ms"
            .formatted(target, target.handshakeTimeout().toMillis()),
        null);
  }

  static DialException notHttp(DialTarget target, Throwable cause) {
    return new DialException(
        DialStep.UPGRADE,
        "the answer from %s is not HTTP/1.1: %s".formatted(target, ForeignText.of(cause)),
        cause);
  }

  /** The answer was 101, but not one to go on with. */
  static DialException unacceptable(
      DialTarget target, @Nullable DialAnswer answer, Throwable finding) {
    return new DialException(
        DialStep.UPGRADE,
        "%s answered 101, but: %s".formatted(target, ForeignText.of(finding)),
        answer,
        null,
        finding);
  }

  /** The upgrade was answered with something other than 101. */
  static DialException answered(DialTarget target, DialAnswer answer) {
    int status = answer.status();
    ResponseHeaders response = answer.headers();
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
        answer,
        retryAfter(response.first("Retry-After").orElse(null)),
        null);
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
