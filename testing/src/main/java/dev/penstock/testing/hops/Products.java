package dev.penstock.testing.hops;

import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames.HOST;
import static io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames.SERVER;

import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Hops that behave as a product does: what it drops, adds and answers, and how long it waits. */
final class Products {
  private static final Duration AWS_IDLE = Duration.ofSeconds(60);
  private static final Duration NGINX_IDLE = Duration.ofSeconds(60);
  private static final Duration NGINX_IDLE_FOR_TUNNELS = Duration.ofHours(1);
  private static final Duration DEBIAN_HAPROXY_IDLE = Duration.ofSeconds(50);
  private static final Duration CLOUDFLARE_IDLE = Duration.ofSeconds(100);
  private static final String CF_RAY = "CF-Ray";
  private static final String ENVOY_ROUTE_TIMEOUT_MILLIS = "15000";

  private Products() {}

  /**
   * A listener of protocol HTTP of AWS' Classic Load Balancer, which knows no WebSockets: {@code
   * Upgrade} and {@code Connection} stay with it, and the server sees a plain GET. Idle timeout 60
   * s. Its own errors have no body.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/x-forwarded-headers.html">X-Forwarded
   *     headers</a>, and "Configure the idle connection timeout" there
   */
  static Hop.Settings awsClassicHttp() {
    return Hop.named("aws-classic-http")
        .onRequest(
            (request, passage) -> {
              Heads.dropHopByHop(request);
              Heads.addForwarded(request, passage);
              request.headers().set(CONNECTION, "keep-alive");
            })
        .failures(Reply.empty(503), Reply.empty(504))
        .idle(AWS_IDLE);
  }

  /**
   * AWS' Application Load Balancer, which passes upgrades: trace id {@code Root=1-time-id}, {@code
   * Self} where the client sent one, idle timeout 60 s, {@code Server: awselb/2.0} on its own
   * errors.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html">Request
   *     tracing</a>, and "Connection idle timeout" in the load balancer's attributes
   */
  static Hop.Settings awsAlb() {
    String server = "awselb/2.0";
    return Hop.named("aws-alb")
        .onRequest(
            (request, passage) -> {
              Heads.addForwarded(request, passage);
              addTrace(request);
            })
        .failures(
            Reply.titled(502, "").with("Server", server),
            Reply.titled(504, "").with("Server", server))
        .idle(AWS_IDLE);
  }

  private static void addTrace(HttpRequest request) {
    String id = "1-%08x-%s".formatted(Instant.now().getEpochSecond(), Heads.randomHex(24));
    String before = request.headers().get("X-Amzn-Trace-Id");
    request
        .headers()
        .set("X-Amzn-Trace-Id", before == null ? "Root=" + id : "Self=" + id + ";" + before);
  }

  /**
   * nginx with {@code proxy_pass} and nothing else: HTTP/1.0 to the server, {@code Connection:
   * close}, {@code Host} is the server's address, no {@code Upgrade}; {@code proxy_read_timeout} 60
   * s.
   *
   * @see <a href="https://nginx.org/en/docs/http/ngx_http_proxy_module.html">proxy_http_version and
   *     proxy_set_header</a>
   */
  static Hop.Settings nginxDefaults() {
    return nginx("nginx-defaults")
        .onRequest(
            (request, passage) -> {
              Heads.dropHopByHop(request);
              request.setProtocolVersion(HttpVersion.HTTP_1_0);
              request.headers().set(HOST, passage.target()).set(CONNECTION, "close");
            })
        .idle(NGINX_IDLE);
  }

  /**
   * nginx as it should be in front of a WebSocket server.
   *
   * @see <a href="https://nginx.org/en/docs/http/websocket.html">WebSocket proxying</a>
   */
  static Hop.Settings nginxRight() {
    return nginx("nginx")
        .onRequest(
            (request, passage) -> {
              Heads.addForwardedFor(request, passage);
              request.headers().set("X-Forwarded-Proto", passage.scheme());
              request.headers().set("X-Real-IP", passage.peer());
            })
        .idle(NGINX_IDLE_FOR_TUNNELS);
  }

  private static Hop.Settings nginx(String name) {
    return Hop.named(name)
        .onResponse(response -> response.headers().set(SERVER, "nginx"))
        .failures(
            Reply.titled(502, "nginx").with("Server", "nginx"),
            Reply.titled(504, "nginx").with("Server", "nginx"));
  }

  /**
   * HAProxy in mode {@code http} with Debian's timeouts (50 s, and no {@code timeout tunnel}) and
   * {@code option forwardfor}. It passes upgrades, and writes names of headers in lower case.
   *
   * @see <a href="https://docs.haproxy.org/2.8/configuration.html">"timeout tunnel" and "option
   *     forwardfor"</a>, and "h1-case-adjust" for the lower case
   */
  static Hop.Settings haproxy() {
    return Hop.named("haproxy")
        .onRequest(
            (request, passage) -> {
              Heads.addForwardedFor(request, passage);
              Heads.lowerCaseNames(request);
            })
        .onResponse(Heads::lowerCaseNames)
        .failures(
            haproxyError(503, "503 Service Unavailable", "No server is available to handle this."),
            haproxyError(504, "504 Gateway Time-out", "The server didn't respond in time."))
        .idle(DEBIAN_HAPROXY_IDLE);
  }

  private static Reply haproxyError(int status, String title, String text) {
    return Reply.html(
            status, "<html><body><h1>" + title + "</h1>\n" + text + "\n</body></html>\n\n")
        .with("cache-control", "no-cache");
  }

  /**
   * Cloudflare's proxy, which passes upgrades: {@code CF-*} headers, {@code Server: cloudflare} and
   * {@code CF-RAY} on every answer, statuses of its own (521 and 524), and a connection without
   * bytes for 100 s is ended.
   *
   * @see <a href="https://developers.cloudflare.com/fundamentals/reference/http-headers/">HTTP
   *     headers</a>; for the 100 s its WebSockets documentation and
   *     github.com/buildbot/buildbot/issues/4078
   */
  static Hop.Settings cloudflare() {
    return Hop.named("cloudflare")
        .onRequest(
            (request, passage) -> {
              Heads.addForwardedFor(request, passage);
              request
                  .headers()
                  .set("X-Forwarded-Proto", passage.scheme())
                  .set(CF_RAY, Heads.randomHex(16) + "-FRA")
                  .set("CF-Connecting-IP", passage.peer())
                  .set("CF-IPCountry", "XX")
                  .set("CF-Visitor", "{\"scheme\":\"" + passage.scheme() + "\"}")
                  .add("CDN-Loop", "cloudflare; loops=1")
                  .set("Accept-Encoding", "gzip, br");
            })
        .onResponse(
            (response, asked) ->
                response
                    .headers()
                    .set(SERVER, "cloudflare")
                    .set(CF_RAY, asked.headers().get(CF_RAY))
                    .set("cf-cache-status", "DYNAMIC"))
        .onFailure((reply, asked) -> reply.with(CF_RAY, asked.headers().get(CF_RAY)))
        .failures(
            cloudflareError(521, "Web server is down"), cloudflareError(524, "A timeout occurred"))
        .idle(CLOUDFLARE_IDLE);
  }

  private static Reply cloudflareError(int status, String title) {
    return Reply.html(
            status,
            "<!DOCTYPE html>\n<html lang=\"en-US\"><head><title>%1$d: %2$s</title></head><body><h1>%2$s <span>Error code %1$d</span></h1></body></html>\n"
                .formatted(status, title))
        .with("Server", "cloudflare");
  }

  /**
   * Envoy whose connection manager has no {@code upgrade_configs} for websocket: such requests are
   * answered 403 with no body, and all others passed on with Envoy's headers.
   *
   * @see <a
   *     href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/http/upgrades">HTTP
   *     upgrades</a>, and "upgrade_failed" among the response code details
   */
  static Hop.Settings envoyNoUpgrade() {
    Reply refused = Reply.empty(403).with("server", "envoy");
    return Hop.named("envoy-no-upgrade")
        .answer(request -> Heads.asksForUpgrade(request) ? Optional.of(refused) : Optional.empty())
        .onRequest(
            (request, passage) ->
                request
                    .headers()
                    .set("x-forwarded-proto", passage.scheme())
                    .set("x-request-id", UUID.randomUUID().toString())
                    .set("x-envoy-expected-rq-timeout-ms", ENVOY_ROUTE_TIMEOUT_MILLIS))
        .onResponse(
            response ->
                response.headers().set(SERVER, "envoy").set("x-envoy-upstream-service-time", 1))
        .failures(
            Reply.text(503, "upstream connect error or disconnect/reset before headers")
                .with("server", "envoy"),
            Reply.text(504, "upstream request timeout").with("server", "envoy"));
  }
}
