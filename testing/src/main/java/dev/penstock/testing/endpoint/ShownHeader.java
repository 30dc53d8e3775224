package dev.penstock.testing.endpoint;

import dev.penstock.tunnel.websocket.accept.ShownValue;
import java.util.Locale;
import java.util.Set;

/**
 * Decides how much of a header's value may be shown to whoever can ask: that of a header about the
 * path, or of those that browsers send to everybody, and no part of it that looks like a secret.
 */
final class ShownHeader {
  /** Nobody signs in with them. Any other name may stand for a secret somewhere. */
  private static final Set<String> OF_BROWSERS =
      Set.of(
          "accept",
          "accept-charset",
          "accept-encoding",
          "accept-language",
          "cache-control",
          "content-encoding",
          "content-type",
          "date",
          "dnt",
          "expect",
          "origin",
          "pragma",
          "priority",
          "range",
          "referer",
          "sec-ch-ua",
          "sec-ch-ua-mobile",
          "sec-ch-ua-platform",
          "sec-fetch-dest",
          "sec-fetch-mode",
          "sec-fetch-site",
          "sec-fetch-user",
          "sec-gpc",
          "upgrade-insecure-requests");

  private ShownHeader() {}

  static String of(String name, String value) {
    return OF_BROWSERS.contains(name.toLowerCase(Locale.ROOT))
        ? ShownValue.of(value)
        : ShownValue.ofHeader(name, value);
  }
}
