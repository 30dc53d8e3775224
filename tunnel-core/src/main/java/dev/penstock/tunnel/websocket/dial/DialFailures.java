package dev.penstock.tunnel.websocket.dial;

import java.io.EOFException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Words for what can go wrong while dialling: what happened, where, and what to do. */
final class DialFailures {
  private DialFailures() {}

  /** Finds our own exception in what Tyrus wrapped around it, or explains Tyrus's. */
  static DialException explain(DialTarget target, Throwable thrown) {
    Throwable innermost = thrown;
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof DialException dial) {
        return dial;
      }
      innermost = t;
    }
    // What is left are Tyrus's own findings about a 101: a wrong Sec-WebSocket-Accept and the like.
    return new DialException(
        DialStep.UPGRADE, "%s answered 101, but: %s".formatted(target, text(innermost)), thrown);
  }

  static DialException failed(DialTarget target, DialStep step, Throwable cause) {
    String what =
        switch (step) {
          case CONNECT -> connect(target, cause);
          case PROXY ->
              "proxy %s did not connect to %s: %s".formatted(target.proxy(), target, text(cause));
          case TLS -> "TLS with %s failed: %s".formatted(target, tls(cause));
          case UPGRADE ->
              "no answer to the upgrade request from %s: %s".formatted(target, text(cause));
        };
    return new DialException(step, what, cause);
  }

  /** The upgrade was answered with something other than 101. */
  static DialException answered(DialTarget target, int status, Map<String, List<String>> headers) {
    ResponseHeaders response = new ResponseHeaders(headers);
    String detail =
        switch (status) {
          case 301, 302, 303, 307, 308 ->
              " and points to "
                  + withoutQuery(response.first("Location").orElse("nowhere"))
                  + "; a hop in between answers in the server's place";
          case 401 -> "; the token is not known there";
          case 403 ->
              "; the token is not for this tunnel id, or a hop in between forbids WebSockets";
          case 404 -> "; the URL is not the server's public port, or a hop dropped the upgrade";
          case 426 -> "; a hop in between dropped the Upgrade header";
          default -> "";
        };
    String server = response.first("Server").map(name -> " (by " + name + ")").orElse("");
    return new DialException(
        DialStep.UPGRADE,
        "%s answered %d%s%s".formatted(target, status, server, detail),
        status,
        retryAfter(response.first("Retry-After").orElse(null)),
        null);
  }

  private static String connect(DialTarget target, Throwable cause) {
    if (cause instanceof UnknownHostException) {
      return "cannot resolve host '%s'".formatted(target.uri().getHost());
    }
    String via = target.proxy() == null ? "" : " through proxy " + target.proxy();
    return "cannot connect to %s%s: %s".formatted(target, via, text(cause));
  }

  private static String tls(Throwable cause) {
    Throwable innermost = cause;
    while (innermost.getCause() != null && innermost.getCause() != innermost) {
      innermost = innermost.getCause();
    }
    return text(innermost instanceof SSLException ? cause : innermost);
  }

  private static String text(Throwable cause) {
    String message = cause.getMessage();
    if (message == null) {
      return cause.getClass().getSimpleName();
    }
    return cause instanceof EOFException ? message : message.lines().findFirst().orElse(message);
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

  /** A login page's query may hold what is nobody's business. */
  private static String withoutQuery(String location) {
    int query = location.indexOf('?');
    return query < 0 ? location : location.substring(0, query);
  }
}
