package dev.penstock.testing.doctor;

import static dev.penstock.testing.doctor.Step.broken;
import static dev.penstock.testing.doctor.Step.forwardProxy;
import static dev.penstock.testing.doctor.Step.hops;
import static dev.penstock.testing.doctor.Step.plain;
import static dev.penstock.testing.doctor.Step.squid;
import static dev.penstock.testing.doctor.Step.tlsHops;

import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.testing.ingress.BrokenIngress;
import dev.penstock.testing.ingress.IngressProduct;
import java.util.List;
import java.util.stream.Stream;

/** The broken paths, in the order of the README's table. */
final class BrokenPaths {
  private static final String PROXY_READ_TIMEOUT = "proxy_read_timeout 1h;";
  private static final String HTTP_1_1 = "proxy_http_version 1.1;";
  private static final String NGINX = "nginx (Server: nginx…)…";
  private static final String HAPROXY = "HAProxy, by the look of it (…)…";
  private static final String APACHE = "Apache httpd (Via: …)…";

  private static final String OR_NONE = ", the only hop that left a mark, or one that leaves none";
  private static final String NGINX_OR_NONE = "nginx (Server: nginx…)" + OR_NONE;
  private static final String HAPROXY_OR_NONE = "HAProxy, by the look of it (…)" + OR_NONE;
  private static final String APACHE_OR_NONE = "Apache httpd (Via: …)" + OR_NONE;

  private BrokenPaths() {}

  static List<BrokenPath> all() {
    return Stream.of(nginx(), haproxy(), apache(), squids(), severalHops(), played())
        .flatMap(List::stream)
        .toList();
  }

  private static BrokenPath.Row of(String path, BrokenIngress broken) {
    return BrokenPath.of(path, broken.wrong(), broken(broken));
  }

  private static List<BrokenPath> nginx() {
    return List.of(
        of("nginx", BrokenIngress.NGINX_DEFAULTS).is(Cause.HTTP10_UPSTREAM, NGINX, HTTP_1_1),
        of("nginx", BrokenIngress.NGINX_HTTP10).is(Cause.HTTP10_UPSTREAM, NGINX, HTTP_1_1),
        of("nginx", BrokenIngress.NGINX_WITHOUT_CONNECTION)
            .is(Cause.CONNECTION_HEADER_DROPPED, NGINX, "proxy_set_header Connection \"upgrade\";"),
        of("nginx", BrokenIngress.NGINX_IDLE)
            .isInTime(Cause.IDLE_LIMIT, NGINX_OR_NONE, PROXY_READ_TIMEOUT),
        of("nginx", BrokenIngress.NGINX_TRAILING_SLASH)
            .is(Cause.REDIRECT_SLASH, NGINX, "location ^~ /tunnel/"),
        of("nginx", BrokenIngress.NGINX_LOGIN_PAGE)
            .is(Cause.LOGIN_PAGE, NGINX, "auth_request off;"),
        of("nginx", BrokenIngress.NGINX_SSO_401).is(Cause.SSO_401, NGINX, "auth_request off;"),
        of("nginx", BrokenIngress.NGINX_HTTPS_REDIRECT)
            .is(Cause.REDIRECT_HTTPS, NGINX, "server: wss://"),
        of("nginx", BrokenIngress.NGINX_HTTP2_ONLY)
            .is(Cause.HTTP2_ONLY, "whatever listens at …", "HTTP/1.1 beside HTTP/2"),
        of("nginx", BrokenIngress.NGINX_DROPS_AUTHORIZATION)
            .is(
                Cause.AUTHORIZATION_DROPPED,
                NGINX,
                "proxy_set_header Authorization $http_authorization;"),
        of("nginx", BrokenIngress.NGINX_DROPS_SUBPROTOCOL)
            .is(
                Cause.SUBPROTOCOL_DROPPED,
                NGINX,
                "proxy_set_header Sec-WebSocket-Protocol $http_sec_websocket_protocol;"),
        of("nginx", BrokenIngress.NGINX_RATE_LIMIT).is(Cause.RATE_LIMITED, NGINX, "limit_req"),
        of("nginx", BrokenIngress.NGINX_BAD_GATEWAY)
            .is(Cause.BAD_GATEWAY, NGINX, "proxy_pass http://penstock:8080;"));
  }

  private static List<BrokenPath> haproxy() {
    return List.of(
        of("HAProxy", BrokenIngress.HAPROXY_DROPS_UPGRADE)
            .is(Cause.UPGRADE_DROPPED, HAPROXY, "http-request del-header Upgrade"),
        of("HAProxy", BrokenIngress.HAPROXY_DENIES_UPGRADE)
            .is(Cause.UPGRADE_REFUSED, "HAProxy (by its words)", "allow WebSocket upgrades"),
        of("HAProxy", BrokenIngress.HAPROXY_NO_SERVER)
            .is(Cause.BAD_GATEWAY, "HAProxy (by its words)", "server penstock penstock:8080 check"),
        of("HAProxy", BrokenIngress.HAPROXY_IDLE)
            .isInTime(Cause.IDLE_LIMIT, HAPROXY_OR_NONE, "timeout tunnel 1h"));
  }

  private static List<BrokenPath> apache() {
    return List.of(
        of("Apache httpd", BrokenIngress.APACHE_WITHOUT_UPGRADE)
            .is(Cause.UPGRADE_DROPPED, APACHE, "upgrade=websocket"),
        of("Apache httpd", BrokenIngress.APACHE_IDLE)
            .isInTime(Cause.IDLE_LIMIT, APACHE_OR_NONE, "ProxyTimeout 3600"));
  }

  private static List<BrokenPath> squids() {
    return List.of(
        of("squid", BrokenIngress.SQUID_REFUSES_PORT)
            .is(Cause.PROXY_REFUSED, "squid (…)", "http_access allow CONNECT penstock"),
        of("squid", BrokenIngress.SQUID_WANTS_A_PASSWORD)
            .is(Cause.PROXY_407, "squid (…)", "proxy-password-file: FILE"));
  }

  private static List<BrokenPath> severalHops() {
    return List.of(
        BrokenPath.of(
                "squid, nginx",
                "nginx has the defaults",
                squid(),
                broken(BrokenIngress.NGINX_DEFAULTS))
            .is(Cause.HTTP10_UPSTREAM, NGINX, HTTP_1_1),
        BrokenPath.of(
                "squid, nginx",
                "nginx cuts silent tunnels",
                squid(),
                broken(BrokenIngress.NGINX_IDLE))
            .isInTime(
                Cause.IDLE_LIMIT,
                "one of: a hop that does not say what it is (the proxy …), nginx (…), or one that leaves no mark; …",
                PROXY_READ_TIMEOUT),
        BrokenPath.of(
                "HAProxy, nginx",
                "nginx has the defaults",
                plain(IngressProduct.HAPROXY),
                broken(BrokenIngress.NGINX_DEFAULTS))
            .is(Cause.HTTP10_UPSTREAM, NGINX, HTTP_1_1),
        BrokenPath.of(
                "HAProxy, nginx",
                "nginx cuts silent tunnels",
                plain(IngressProduct.HAPROXY),
                broken(BrokenIngress.NGINX_IDLE))
            .isInTime(
                Cause.IDLE_LIMIT,
                "one of: HAProxy, by the look of it (…), nginx (…), or one that leaves no mark; …",
                PROXY_READ_TIMEOUT),
        BrokenPath.of(
                "nginx, HAProxy",
                "nginx has the defaults",
                broken(BrokenIngress.NGINX_DEFAULTS),
                plain(IngressProduct.HAPROXY))
            .is(Cause.HTTP10_UPSTREAM, NGINX, HTTP_1_1),
        BrokenPath.of(
                "nginx, HAProxy",
                "HAProxy drops Upgrade",
                plain(IngressProduct.NGINX),
                broken(BrokenIngress.HAPROXY_DROPS_UPGRADE))
            .is(
                Cause.UPGRADE_DROPPED,
                "one of: nginx (…), HAProxy, by the look of it (…); …",
                "http-request del-header Upgrade"),
        BrokenPath.of(
                "nginx, Apache httpd",
                "Apache has no upgrade=websocket",
                plain(IngressProduct.NGINX),
                broken(BrokenIngress.APACHE_WITHOUT_UPGRADE))
            .is(Cause.UPGRADE_DROPPED, APACHE, "upgrade=websocket"),
        BrokenPath.of(
                "nginx, Apache httpd",
                "nginx has the defaults",
                broken(BrokenIngress.NGINX_DEFAULTS),
                plain(IngressProduct.APACHE))
            .is(Cause.HTTP10_UPSTREAM, NGINX, HTTP_1_1),
        BrokenPath.of(
                "nginx, HAProxy",
                "no server is there for HAProxy (503)",
                plain(IngressProduct.NGINX),
                broken(BrokenIngress.HAPROXY_NO_SERVER))
            .is(Cause.BAD_GATEWAY, "HAProxy (by its words)", "server penstock penstock:8080 check"),
        BrokenPath.of(
                "Cloudflare (played), nginx",
                "nginx has the defaults",
                hops("cloudflare"),
                broken(BrokenIngress.NGINX_DEFAULTS))
            .is(Cause.HTTP10_UPSTREAM, "nginx…", HTTP_1_1));
  }

  private static List<BrokenPath> played() {
    return List.of(
        BrokenPath.of(
                "AWS classic load balancer (played)",
                "a listener of protocol HTTP",
                hops("aws-classic-http"))
            .is(
                Cause.UPGRADE_DROPPED,
                "AWS classic load balancer, by the look of it (X-Forwarded-Port: …)…",
                "InstanceProtocol=TCP"),
        BrokenPath.of(
                "AWS classic load balancer, nginx, a hop without marks (all played)",
                "a listener of protocol HTTP, the defaults, silence is cut",
                hops("aws-classic-http", "nginx-defaults", "idle=60s"))
            .is(
                Cause.HTTP10_UPSTREAM,
                "nginx (Server: …), the last hop that left a mark",
                HTTP_1_1),
        BrokenPath.of("Envoy (played)", "no upgrade_configs", hops("envoy-no-upgrade"))
            .is(Cause.UPGRADE_REFUSED, "Envoy …", "- upgrade_type: websocket"),
        BrokenPath.of(
                "an inspecting proxy (played)",
                "TLS ends there, with a certificate of its own",
                tlsHops("tls-intercept"))
            .is(
                Cause.TLS_INTERCEPTED,
                "a hop whose authority says that it inspects",
                "exempted from inspection"),
        BrokenPath.of("F5 (played)", "its firewall rejects the request", hops("waf-403"))
            .is(Cause.FORBIDDEN, "F5 BIG-IP (by its words)", "allow the URL wss /tunnel/*"),
        BrokenPath.of("ingress-nginx (played)", "no route for the path", hops("not-found"))
            .is(Cause.NO_ROUTE, "nginx (by its words)", "location /tunnel/ { proxy_pass"),
        BrokenPath.of(
                "a captive portal (played)", "a login page with status 200", hops("login-page"))
            .is(Cause.LOGIN_PAGE, "a hop that does not say what it is", "without a login"),
        BrokenPath.of("a hop without marks (played)", "HTTP/1.0 to the server", hops("http10"))
            .is(Cause.HTTP10_UPSTREAM, "a hop that leaves no mark…", "HTTP/1.1"),
        BrokenPath.of(
                "a hop without marks (played)",
                "messages of more than 64 KiB end the connection",
                hops("message-limit=64KiB"))
            .is(Cause.MESSAGE_LIMIT, "a hop that leaves no mark", "max-message-bytes"),
        BrokenPath.of(
                "HAProxy, a hop without marks (played)",
                "data is held back until there are 64 KiB",
                plain(IngressProduct.HAPROXY),
                hops("buffer=64KiB"))
            .is(Cause.BUFFERING, HAPROXY_OR_NONE, "option http-buffer-request"),
        BrokenPath.of(
                "a hop without marks (played)",
                "data is held back for 200 ms, or until there are 64 KiB",
                hops("buffer=64KiB,200ms"))
            .isSlow(Cause.BUFFERING, "a hop that leaves no mark", "pass data on as it comes"),
        BrokenPath.of(
                "a hop without marks (played)",
                "nothing passes after the upgrade",
                hops("swallow-frames"))
            .is(Cause.FRAMES_BLOCKED, "a hop that leaves no mark", "relay WebSockets"),
        BrokenPath.of(
                "Cloudflare, nginx (both played)",
                "connections are cut at the age of 4 s",
                hops("cloudflare", "nginx", "lifetime=4s"))
            .isInTime(
                Cause.LIFETIME_LIMIT,
                "one of: Cloudflare (…), nginx, by the look of it (…), or one that leaves no mark; …",
                "max-carrier-age"),
        BrokenPath.of(
                "a hop without marks (played)",
                "connections are taken, and nothing is answered",
                hops("black-hole"))
            .is(Cause.NOBODY_ANSWERS, "nobody: whatever listens at …", "firewalls on the way"),
        BrokenPath.of(
                "a forward proxy (played)",
                "connections are taken, and nothing is answered",
                forwardProxy("black-hole"))
            .is(Cause.NOBODY_ANSWERS, "nobody: the proxy …", "whether the proxy can reach"));
  }
}
