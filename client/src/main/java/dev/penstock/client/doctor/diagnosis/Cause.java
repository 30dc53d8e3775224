package dev.penstock.client.doctor.diagnosis;

import java.util.Locale;

/** What a hop can do to a path. The names are stable: programs read them in the JSON report. */
public enum Cause {
  UPGRADE_DROPPED,
  CONNECTION_HEADER_DROPPED,
  HTTP10_UPSTREAM,
  REDIRECT_SLASH,
  REDIRECT_HTTPS,
  LOGIN_PAGE,
  SSO_401,
  PROXY_407,
  PROXY_REFUSED,
  HTTP2_ONLY,
  NOT_HTTP,
  BAD_GATEWAY,
  ANSWERED_BY_HOP,
  NOBODY_ANSWERS,
  AUTHORIZATION_DROPPED,
  SUBPROTOCOL_DROPPED,
  FRAMES_BLOCKED,
  RATE_LIMITED,
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
