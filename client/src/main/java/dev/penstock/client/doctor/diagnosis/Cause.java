package dev.penstock.client.doctor.diagnosis;

import java.util.Locale;

/** What a hop can do to a path. The names are stable: programs read them in the JSON report. */
public enum Cause {
  /** The upgrade's headers did not reach the server. */
  UPGRADE_DROPPED,
  /** Only {@code Connection} did not. */
  CONNECTION_HEADER_DROPPED,
  HTTP10_UPSTREAM,
  /** A header {@code Sec-WebSocket-*} did not. */
  WEBSOCKET_HEADER_DROPPED,
  SUBPROTOCOL_DROPPED,
  AUTHORIZATION_DROPPED,
  PATH_REWRITTEN,
  /** A hop lets plain requests through and answers upgrades itself. */
  UPGRADE_REFUSED,
  REDIRECT_SLASH,
  REDIRECT_HTTPS,
  LOGIN_PAGE,
  SSO_401,
  PROXY_407,
  PROXY_REFUSED,
  HTTP2_ONLY,
  NOT_HTTP,
  /** The port wants TLS. */
  PLAIN_TO_TLS,
  BAD_GATEWAY,
  /** A hop's own 404, or its page for everything: it has no route for the path. */
  NO_ROUTE,
  /** A hop's own 403, as of a web application firewall. */
  FORBIDDEN,
  RATE_LIMITED,
  /** The server's answer to another request, which a hop has kept. */
  CACHED_ANSWER,
  ANSWERED_BY_HOP,
  NOBODY_ANSWERS,
  /** The connection is taken, and ended without an answer. */
  CONNECTION_CLOSED,
  /** The upgrade is answered, and then nothing passes. */
  FRAMES_BLOCKED,
  TLS_INTERCEPTED,
  MESSAGE_LIMIT,
  IDLE_LIMIT,
  LIFETIME_LIMIT,
  BUFFERING;

  /** Such as {@code upgrade-dropped}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
