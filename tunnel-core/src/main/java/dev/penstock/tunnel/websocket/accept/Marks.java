package dev.penstock.tunnel.websocket.accept;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which headers of a request are about the path it took, so that their values may be shown.
 *
 * <p>An allow-list by name and by the prefixes that products use, less whatever a name gives away
 * as somebody's identity or secret: proxies that log people in put tokens into headers of the same
 * prefixes.
 */
final class Marks {
  /** About the request itself, not left by a hop. */
  private static final Set<String> OF_THE_REQUEST =
      Set.of(
          "host",
          "upgrade",
          "connection",
          "keep-alive",
          "te",
          "transfer-encoding",
          "proxy-connection",
          "content-length",
          "sec-websocket-version",
          "sec-websocket-protocol",
          "sec-websocket-extensions",
          "user-agent",
          "penstock-instance",
          "penstock-probe",
          "penstock-heartbeat",
          "penstock-max-message");

  private static final Set<String> LEFT_BY_A_HOP =
      Set.of(
          "via",
          "forwarded",
          "x-forwarded-for",
          "x-forwarded-proto",
          "x-forwarded-protocol",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-server",
          "x-forwarded-scheme",
          "x-forwarded-ssl",
          "x-real-ip",
          "x-client-ip",
          "x-cluster-client-ip",
          "true-client-ip",
          "fastly-client-ip",
          "fastly-ff",
          "cdn-loop",
          "front-end-https",
          "max-forwards",
          "x-scheme",
          "x-request-id",
          "x-correlation-id",
          "x-cloud-trace-context",
          "x-varnish",
          "x-bluecoat-via",
          "x-zscaler-via",
          "x-iwproxy-via",
          "x-arr-ssl",
          "x-arr-log-id",
          "x-appengine-country",
          "x-trace-id",
          "x-b3-traceid",
          "traceparent",
          "uber-trace-id");

  private static final List<String> PREFIXES =
      List.of(
          "cf-",
          "cloudfront-",
          "x-forwarded-",
          "x-original-",
          "x-amz-cf-",
          "x-amzn-",
          "x-envoy-",
          "x-azure-",
          "x-fd-",
          "x-akamai-",
          "akamai-",
          "x-nginx-",
          "x-traefik-",
          "x-haproxy-",
          "x-squid-",
          "x-istio-");

  private static final Pattern PRIVATE =
      Pattern.compile(
          "token|secret|jwt|oidc|cert|user|email|access|auth|group|cookie|key|passw|principal"
              + "|identity|assertion|session|credential");

  private Marks() {}

  /** Whether a hop left it. */
  static boolean isLeftByAHop(String header) {
    String name = header.toLowerCase(Locale.ROOT);
    return LEFT_BY_A_HOP.contains(name)
        || (PREFIXES.stream().anyMatch(name::startsWith) && !PRIVATE.matcher(name).find());
  }

  /** Whether its value may be shown, redacted. */
  static boolean isShown(String header) {
    return OF_THE_REQUEST.contains(header.toLowerCase(Locale.ROOT)) || isLeftByAHop(header);
  }
}
