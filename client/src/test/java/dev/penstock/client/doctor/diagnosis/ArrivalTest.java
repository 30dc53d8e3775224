package dev.penstock.client.doctor.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What products do to an upgrade, as the server sees it. */
final class ArrivalTest {
  private static final String[] WEBSOCKET = {
    "Sec-WebSocket-Version", "13",
    "Sec-WebSocket-Key", "(not shown)",
    "Sec-WebSocket-Protocol", "penstock.probe.v1",
    "Authorization", "(not shown)"
  };

  @ParameterizedTest(name = "{0}")
  @MethodSource("arrivals")
  void whatAHopDropped_isFoundWithTheHop(
      String name, String version, List<String> headers, Cause cause, String hop, String remedy) {
    Diagnosis found =
        Diagnoses.of(
                Recorded.upgrade(),
                Recorded.refusal(version, Recorded.PATH, headers.toArray(new String[0])),
                true)
            .orElseThrow();
    assertThat(found.cause()).isEqualTo(cause);
    assertThat(found.hop()).startsWith(hop);
    assertThat(found.remedy()).contains(remedy);
  }

  static Stream<Arguments> arrivals() {
    return Stream.of(
        Arguments.of(
            "nginx with the defaults before 1.29.7",
            "HTTP/1.0",
            websocketAnd("Connection", "close"),
            Cause.HTTP10_UPSTREAM,
            "nginx, by the look of it (HTTP/1.0 with Connection: close)",
            "proxy_http_version 1.1;"),
        Arguments.of(
            "the same behind a classic load balancer",
            "HTTP/1.0",
            websocketAnd(
                "Connection", "close",
                "X-Forwarded-For", "203.0.113.9",
                "X-Forwarded-Port", "443",
                "X-Forwarded-Proto", "https"),
            Cause.HTTP10_UPSTREAM,
            "nginx, by the look of it (HTTP/1.0 with Connection: close)",
            "proxy_http_version 1.1;"),
        Arguments.of(
            "nginx in Kubernetes without the upgrade headers",
            "HTTP/1.1",
            websocketAnd("X-Real-IP", "10.1.1.1", "X-Scheme", "https", "X-Request-ID", "ab"),
            Cause.UPGRADE_DROPPED,
            "nginx, by the look of it (X-Scheme: https)",
            "proxy_set_header Upgrade $http_upgrade;"),
        Arguments.of(
            "nginx with Upgrade alone",
            "HTTP/1.1",
            websocketAnd("Upgrade", "websocket", "Connection", "close", "X-Real-IP", "10.1.1.1"),
            Cause.CONNECTION_HEADER_DROPPED,
            "nginx",
            "proxy_set_header Connection \"upgrade\";"),
        Arguments.of(
            "classic load balancer in mode HTTP",
            "HTTP/1.1",
            websocketAnd(
                "Connection", "keep-alive",
                "X-Forwarded-For", "203.0.113.9",
                "X-Forwarded-Port", "443",
                "X-Forwarded-Proto", "https"),
            Cause.UPGRADE_DROPPED,
            "AWS classic load balancer, by the look of it (X-Forwarded-Port: 443)",
            "InstanceProtocol=TCP"),
        Arguments.of(
            "Apache without upgrade=websocket, behind Cloudflare",
            "HTTP/1.1",
            websocketAnd(
                "Connection", "Keep-Alive",
                "CF-Ray", "8a1b-FRA",
                "CDN-Loop", "cloudflare; loops=1",
                "X-Forwarded-For", "203.0.113.9",
                "X-Forwarded-Host", "t.example",
                "X-Forwarded-Server", "t.example"),
            Cause.UPGRADE_DROPPED,
            "Apache httpd, by the look of it (X-Forwarded-Server: t.example), the last hop",
            "upgrade=websocket"),
        Arguments.of(
            "squid",
            "HTTP/1.1",
            websocketAnd(
                "Connection", "keep-alive",
                "Via", "1.1 proxy.corp (squid/5.7)",
                "X-Forwarded-For", "10.0.0.1",
                "Cache-Control", "(not shown)"),
            Cause.UPGRADE_DROPPED,
            "squid (Via: 1.1 proxy.corp (squid/5.7))",
            "http_upgrade_request_protocols"),
        Arguments.of(
            "Front Door with its cache on",
            "HTTP/1.1",
            websocketAnd("X-Azure-Ref", "2024", "Via", "1.1 Azure"),
            Cause.UPGRADE_DROPPED,
            "Azure Front Door",
            "--enable-caching false"),
        Arguments.of(
            "a hop without a mark",
            "HTTP/1.1",
            websocketAnd(),
            Cause.UPGRADE_DROPPED,
            "a hop that leaves no mark; the server saw it at 10.0.0.7:4711",
            "let it pass TCP, and not HTTP"),
        Arguments.of(
            "Istio that keeps the token to itself",
            "HTTP/1.1",
            List.of(
                "Upgrade", "websocket",
                "Connection", "Upgrade",
                "Sec-WebSocket-Version", "13",
                "Sec-WebSocket-Key", "(not shown)",
                "Sec-WebSocket-Protocol", "penstock.probe.v1",
                "X-Envoy-Attempt-Count", "1"),
            Cause.AUTHORIZATION_DROPPED,
            "Envoy (or Istio, which runs it)",
            "forwardOriginalToken"),
        Arguments.of(
            "CloudFront with a policy of its own",
            "HTTP/1.1",
            List.of(
                "Upgrade", "websocket",
                "Connection", "Upgrade",
                "Sec-WebSocket-Version", "13",
                "Sec-WebSocket-Key", "(not shown)",
                "Authorization", "(not shown)",
                "Via", "1.1 abc.cloudfront.net (CloudFront)",
                "X-Amz-Cf-Id", "(redacted)"),
            Cause.SUBPROTOCOL_DROPPED,
            "CloudFront",
            "216adef6-5c7f-47e4-b989-5492eafa07d3"));
  }

  @Test
  void upgradeThatArrivedAsItWasSent_isNoFinding() {
    List<String> all = new ArrayList<>(websocketAnd("Upgrade", "websocket"));
    all.addAll(List.of("Connection", "keep-alive, Upgrade", "X-Real-IP", "10.1.1.1"));
    assertThat(
            Diagnoses.of(
                Recorded.upgrade(),
                Recorded.refusal("HTTP/1.1", Recorded.PATH, all.toArray(new String[0])),
                true))
        .isEmpty();
  }

  @Test
  void plainRequestThatArrived_isNoFinding_whateverItsHeaders() {
    assertThat(
            Diagnoses.of(
                Recorded.plain(), Recorded.refusal("HTTP/1.0", Recorded.PATH, "Via", "x"), false))
        .isEmpty();
  }

  @Test
  void otherPath_isFound() {
    Diagnosis found =
        Diagnoses.of(
                Recorded.plain(), Recorded.refusal("HTTP/1.1", "/v1/acme", "X-Real-IP", "1"), false)
            .orElseThrow();
    assertThat(found.cause()).isEqualTo(Cause.PATH_REWRITTEN);
    assertThat(found.evidence()).contains("/v1/acme", Recorded.PATH);
    assertThat(found.remedy()).contains("nothing behind the port");
  }

  @Test
  void issuesOwnWords_areUsed() {
    Diagnosis found =
        Diagnoses.of(
                Recorded.upgrade(),
                Recorded.refusal("HTTP/1.1", Recorded.PATH, "Via", "1.1 varnish (Varnish/7.1)"),
                true)
            .orElseThrow();
    assertThat(found.evidence())
        .startsWith("the upgrade headers were gone when the request reached the server");
    assertThat(found.hop()).endsWith("the last hop that left a mark");
  }

  @Test
  void subprotocolThatIsGoneFromTheAnswer_isFound() {
    Diagnosis found =
        Diagnoses.of(Recorded.upgrade(), Recorded.switched("Server: nginx"), true).orElseThrow();
    assertThat(found.cause()).isEqualTo(Cause.SUBPROTOCOL_DROPPED);
    assertThat(found.hop()).startsWith("nginx");
  }

  @Test
  void textOfAHop_steersNoTerminal() {
    Arrived arrived =
        Arrived.parse(
                "{\"version\":\"HTTP/1.1\\u001b[2J\\nPASS  token\",\"peer\":\"10.0.0.7\\u001b[1m\\nPASS\","
                    + "\"path\":\"/\",\"headers\":{}}")
            .orElseThrow();
    assertThat(arrived.version() + arrived.peer()).doesNotContain("\u001b", "\n");
  }

  private static List<String> websocketAnd(String... more) {
    List<String> all = new ArrayList<>(List.of(WEBSOCKET));
    all.addAll(List.of(more));
    return all;
  }
}
