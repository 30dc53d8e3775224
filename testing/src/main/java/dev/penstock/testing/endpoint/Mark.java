package dev.penstock.testing.endpoint;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A header that something on the way leaves.
 *
 * @param prefix what the name begins with, in lower case; a whole name in most cases
 * @param leftBy who adds such headers
 */
record Mark(String prefix, String leftBy) {
  private static final List<Mark> ALL =
      List.of(
          new Mark("via", "a proxy that names itself (RFC 9110 §7.6.3)"),
          new Mark("forwarded", "a reverse proxy (RFC 7239)"),
          new Mark("x-forwarded-", "a reverse proxy or load balancer"),
          new Mark("x-real-ip", "a reverse proxy, usually nginx"),
          new Mark("x-original-", "an ingress or gateway that rewrites"),
          new Mark("cf-", "Cloudflare"),
          new Mark("cdn-loop", "a CDN (RFC 8586)"),
          new Mark("true-client-ip", "Akamai or Cloudflare"),
          new Mark("akamai-", "Akamai"),
          new Mark("fastly-", "Fastly"),
          new Mark("x-amzn-trace-id", "an AWS load balancer or API Gateway"),
          new Mark("x-amzn-", "AWS"),
          new Mark("x-amz-cf-", "AWS CloudFront"),
          new Mark("x-envoy-", "Envoy, or Istio"),
          new Mark("x-b3-", "a tracing sidecar, usually of a mesh"),
          new Mark("x-azure-", "Azure Front Door"),
          new Mark("x-arr-", "Azure App Service or Application Gateway"),
          new Mark("x-cloud-trace-context", "a Google Cloud load balancer"),
          new Mark("x-varnish", "Varnish"),
          new Mark("x-squid-", "squid"),
          new Mark("x-bluecoat-", "a Blue Coat proxy"),
          new Mark("x-zscaler", "Zscaler"),
          new Mark("x-request-id", "a proxy or a mesh that numbers requests"));

  /** Who leaves a header of this name, if anybody is known to. */
  static Optional<Mark> of(String header) {
    String name = header.toLowerCase(Locale.ROOT);
    return ALL.stream().filter(mark -> name.startsWith(mark.prefix)).findFirst();
  }
}
