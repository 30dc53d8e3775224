package dev.penstock.client.doctor.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers of products in the server's place, as they send them. */
final class HopAnswersTest {
  private static final boolean PLAIN_PASSED = true;
  private static final boolean NOTHING_PASSED = false;

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void answerOfAHop_isKnownByItsCauseAndItsProduct(
      String name, boolean plainPassed, String raw, Cause cause, Product product, String remedy) {
    Sent sent = raw.contains("https://tunnel.") ? Recorded.upgradeInTheClear() : Recorded.upgrade();
    Diagnosis found = Diagnoses.of(sent, Recorded.answer(raw), plainPassed).orElseThrow();
    assertThat(found.cause()).isEqualTo(cause);
    assertThat(found.hop()).startsWith(product.inWords());
    assertThat(found.remedy()).contains(remedy).doesNotContain("{host}", "{port}");
    assertThat(found.evidence()).doesNotContain("secret", "eyJ");
  }

  static Stream<Arguments> answers() {
    return Stream.of(ofIngresses(), ofClouds(), ofCompanies()).flatMap(each -> each);
  }

  private static Stream<Arguments> ofIngresses() {
    return Stream.of(
        row(
            "nginx 502",
            """
            HTTP/1.1 502 Bad Gateway
            Server: nginx/1.22.1
            Content-Type: text/html

            <html><head><title>502 Bad Gateway</title></head><body>
            <center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.22.1</center></body></html>""",
            Cause.BAD_GATEWAY,
            Product.NGINX,
            "proxy_pass http://penstock:8080;"),
        row(
            "nginx without a version behind Cloudflare",
            """
            HTTP/1.1 404 Not Found
            Server: cloudflare
            CF-RAY: 8a1b2c3d4e5f6789-FRA
            Content-Type: text/html

            <html><head><title>404 Not Found</title></head><body>
            <center><h1>404 Not Found</h1></center><hr><center>nginx</center></body></html>""",
            Cause.NO_ROUTE,
            Product.NGINX,
            "location /tunnel/ {"),
        row(
            "nginx redirect with a slash",
            """
            HTTP/1.1 301 Moved Permanently
            Server: nginx
            Location: /tunnel/v1/acme/
            """,
            Cause.REDIRECT_SLASH,
            Product.NGINX,
            "location ^~ /tunnel/"),
        row(
            "redirect to https",
            """
            HTTP/1.1 308 Permanent Redirect
            Server: nginx/1.27.0
            Location: https://tunnel.example.com/tunnel/v1/acme
            """,
            Cause.REDIRECT_HTTPS,
            Product.NGINX,
            "server: wss://tunnel.example.com"),
        row(
            "nginx, plain HTTP to its TLS port",
            """
            HTTP/1.1 400 Bad Request
            Server: nginx/1.22.1
            Content-Type: text/html

            <html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>""",
            Cause.PLAIN_TO_TLS,
            Product.NGINX,
            "server: wss://tunnel.example.com:443"),
        row(
            "nginx basic authentication",
            """
            HTTP/1.1 401 Unauthorized
            Server: nginx/1.22.1
            WWW-Authenticate: Basic realm="intern"
            """,
            Cause.SSO_401,
            Product.NGINX,
            "auth_basic off"),
        row(
            "nginx limit_req",
            """
            HTTP/1.1 429 Too Many Requests
            Server: nginx/1.22.1
            """,
            Cause.RATE_LIMITED,
            Product.NGINX,
            "limit_req"),
        row(
            "HAProxy without a server",
            """
            HTTP/1.0 503 Service Unavailable
            cache-control: no-cache
            content-type: text/html

            <html><body><h1>503 Service Unavailable</h1>
            No server is available to handle this request.
            </body></html>""",
            Cause.BAD_GATEWAY,
            Product.HAPROXY,
            "server penstock penstock:8080 check"),
        row(
            "HAProxy deny",
            """
            HTTP/1.1 403 Forbidden
            content-type: text/html

            <html><body><h1>403 Forbidden</h1>
            Request forbidden by administrative rules.
            </body></html>""",
            Cause.FORBIDDEN,
            Product.HAPROXY,
            "unless … { path_beg /tunnel/ }"),
        row(
            "Apache not found",
            """
            HTTP/1.1 404 Not Found
            Server: Apache/2.4.57 (Debian)
            Content-Type: text/html; charset=iso-8859-1

            <!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN"><html><head><title>404 Not Found</title>
            </head><body><address>Apache/2.4.57 (Debian) Server at t.example Port 80</address></body>""",
            Cause.NO_ROUTE,
            Product.APACHE,
            "upgrade=websocket"),
        row(
            "Traefik not found",
            """
            HTTP/1.1 404 Not Found
            Content-Type: text/plain; charset=utf-8
            X-Content-Type-Options: nosniff

            404 page not found""",
            Cause.NO_ROUTE,
            Product.TRAEFIK,
            "PathPrefix(`/tunnel/`)"),
        row(
            "Envoy without upgrade_configs",
            """
            HTTP/1.1 403 Forbidden
            server: envoy
            content-length: 0
            """,
            Cause.UPGRADE_REFUSED,
            Product.ENVOY,
            "- upgrade_type: websocket"),
        row(
            "Envoy without endpoints",
            """
            HTTP/1.1 503 Service Unavailable
            server: istio-envoy
            content-type: text/plain

            no healthy upstream""",
            Cause.BAD_GATEWAY,
            Product.ENVOY,
            "kubectl get endpoints"),
        row(
            "a plain request passed, the upgrade did not",
            PLAIN_PASSED,
            """
            HTTP/1.1 400 Bad Request
            Server: BigIP
            """,
            Cause.UPGRADE_REFUSED,
            Product.F5,
            "profiles add { websocket { } }"));
  }

  private static Stream<Arguments> ofClouds() {
    return Stream.of(
        row(
            "application load balancer without targets",
            """
            HTTP/1.1 503 Service Temporarily Unavailable
            Server: awselb/2.0
            Content-Type: text/html

            <html><head><title>503 Service Temporarily Unavailable</title></head></html>""",
            Cause.BAD_GATEWAY,
            Product.AWS_ALB,
            "describe-target-health"),
        row(
            "application load balancer, another protocol version",
            """
            HTTP/1.1 464
            Server: awselb/2.0
            """,
            Cause.HTTP2_ONLY,
            Product.AWS_ALB,
            "--protocol-version HTTP1"),
        row(
            "classic load balancer",
            """
            HTTP/1.1 503 Service Unavailable: Back-end server is at capacity
            Content-Length: 0
            """,
            Cause.BAD_GATEWAY,
            Product.AWS_CLASSIC_ELB,
            "describe-instance-health"),
        row(
            "Cloudflare cannot reach the origin",
            """
            HTTP/1.1 522
            Server: cloudflare
            CF-RAY: 8a1b2c3d4e5f6789-FRA
            Content-Type: text/plain

            error code: 522""",
            Cause.BAD_GATEWAY,
            Product.CLOUDFLARE,
            "origin"),
        row(
            "Cloudflare Access",
            """
            HTTP/1.1 302 Found
            Server: cloudflare
            CF-RAY: 8a1b2c3d4e5f6789-FRA
            Location: https://acme.cloudflareaccess.com/cdn-cgi/access/login/t?kid=secret&meta=secret
            """,
            Cause.LOGIN_PAGE,
            Product.CLOUDFLARE,
            "Bypass"),
        row(
            "Cloudflare firewall",
            """
            HTTP/1.1 403 Forbidden
            Server: cloudflare
            Content-Type: text/html

            <!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head></html>""",
            Cause.FORBIDDEN,
            Product.CLOUDFLARE,
            "starts_with(http.request.uri.path"),
        row(
            "CloudFront 403",
            """
            HTTP/1.1 403 Forbidden
            Server: CloudFront
            X-Cache: Error from cloudfront
            Via: 1.1 abc.cloudfront.net (CloudFront)
            Content-Type: text/html

            <HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY>
            Generated by cloudfront (CloudFront)</BODY></HTML>""",
            Cause.FORBIDDEN,
            Product.CLOUDFRONT,
            "let requests under /tunnel/ pass"),
        row(
            "Google load balancer without a backend",
            """
            HTTP/1.1 502 Bad Gateway
            Via: 1.1 google
            Content-Type: text/html; charset=UTF-8

            <html><head><title>502 Server Error</title></head></html>""",
            Cause.BAD_GATEWAY,
            Product.GOOGLE_LB,
            "backend-services get-health"),
        row(
            "Application Gateway",
            """
            HTTP/1.1 502 Bad Gateway
            Server: Microsoft-Azure-Application-Gateway/v2
            Content-Type: text/html

            <html><head><title>502 Bad Gateway</title></head><body>
            <hr><center>Microsoft-Azure-Application-Gateway/v2</center></body></html>""",
            Cause.BAD_GATEWAY,
            Product.AZURE_GATEWAY,
            "penstock-server up"),
        row(
            "Varnish",
            """
            HTTP/1.1 503 Backend fetch failed
            Server: Varnish
            X-Varnish: 32770
            Via: 1.1 varnish (Varnish/7.1)
            Content-Type: text/html; charset=utf-8

            <!DOCTYPE html><html><head><title>503 Backend fetch failed</title></head><body>
            <h3>Guru Meditation:</h3></body></html>""",
            Cause.BAD_GATEWAY,
            Product.VARNISH,
            "backend default"));
  }

  private static Stream<Arguments> ofCompanies() {
    return Stream.of(
        row(
            "squid denies",
            """
            HTTP/1.1 403 Forbidden
            Server: squid/5.7
            Mime-Version: 1.0
            Content-Type: text/html;charset=utf-8
            X-Squid-Error: ERR_ACCESS_DENIED 0
            Via: 1.1 proxy (squid/5.7)

            <html><head><title>ERROR: The requested URL could not be retrieved</title></head></html>""",
            Cause.FORBIDDEN,
            Product.SQUID,
            "http_access allow penstock"),
        row(
            "Zscaler blocks",
            """
            HTTP/1.1 403 Forbidden
            Server: Zscaler/6.2
            Content-Type: text/html

            <html><head><title>Zscaler: access denied</title></head></html>""",
            Cause.FORBIDDEN,
            Product.ZSCALER,
            "rule Allow for tunnel.example.com"),
        row(
            "F5 application security",
            """
            HTTP/1.1 200 OK
            Content-Type: text/html; charset=utf-8

            <html><head><title>Request Rejected</title></head><body>The requested URL was rejected. \
            Please consult with your administrator.</body></html>""",
            Cause.FORBIDDEN,
            Product.F5,
            "Application Security Manager"),
        row(
            "a single sign-on",
            """
            HTTP/1.1 302 Found
            Location: https://sso.example.com/adfs/ls/?SAMLRequest=secret
            """,
            Cause.LOGIN_PAGE,
            Product.UNKNOWN,
            "without a login"),
        row(
            "a captive portal",
            """
            HTTP/1.1 511 Network Authentication Required
            Content-Type: text/html

            <html><head><title>Welcome to the guest network</title></head></html>""",
            Cause.LOGIN_PAGE,
            Product.UNKNOWN,
            "without a login"),
        row(
            "a proxy on the way that wants a password",
            """
            HTTP/1.1 407 Proxy Authentication Required
            Proxy-Authenticate: Basic realm="corp"
            """,
            Cause.PROXY_407,
            Product.UNKNOWN,
            "proxy-password-file"),
        row(
            "a port for HTTP/2 alone",
            """
            HTTP/1.1 426 Upgrade Required
            Upgrade: h2c
            """,
            Cause.HTTP2_ONLY,
            Product.UNKNOWN,
            "HTTP/1.1 beside HTTP/2"),
        row(
            "a cache that kept another's answer",
            """
            HTTP/1.1 418 I'm a teapot
            Penstock-Server: 1.0
            Penstock-Probe: ffffffffffffffff
            X-Cache: HIT from proxy
            X-Cache-Lookup: HIT from proxy:3128
            """,
            Cause.CACHED_ANSWER,
            Product.SQUID,
            "cache deny penstock"),
        row(
            "a page for everything",
            """
            HTTP/1.1 200 OK
            Server: nginx/1.22.1
            Content-Type: text/html

            <!DOCTYPE html><html><head><title>Welcome to nginx!</title></head></html>""",
            Cause.NO_ROUTE,
            Product.NGINX,
            "location /tunnel/ {"),
        row(
            "an application's page with a link to its login",
            """
            HTTP/1.1 200 OK
            Content-Type: text/html

            <html><head><title>Shop</title></head><body>
            <a href="/login" style="color: red;">Log in</a></body></html>""",
            Cause.NO_ROUTE,
            Product.UNKNOWN,
            "add one to the server's public port"),
        row(
            "a page that leads to a login by itself",
            """
            HTTP/1.1 200 OK
            Content-Type: text/html

            <html><head><meta http-equiv="refresh" content="0; url=https://sso.example.com/saml/x">
            </head></html>""",
            Cause.LOGIN_PAGE,
            Product.UNKNOWN,
            "without a login"),
        row(
            "a page with a password field",
            """
            HTTP/1.1 200 OK
            Content-Type: text/html

            <html><head><title>Corp</title></head><body><input name=p type="password"></body></html>""",
            Cause.LOGIN_PAGE,
            Product.UNKNOWN,
            "without a login"),
        row(
            "a redirect with a token in its path",
            """
            HTTP/1.1 302 Found
            Location: https://sso.example.com/login;jsessionid=secret1/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZWNyZXQifQ.c2VjcmV0LXNlY3JldC1zZWNyZXQ/secret-0123456789abcdef
            """,
            Cause.LOGIN_PAGE,
            Product.UNKNOWN,
            "without a login"));
  }

  private static Arguments row(
      String name, String raw, Cause cause, Product product, String remedy) {
    return row(name, NOTHING_PASSED, raw, cause, product, remedy);
  }

  private static Arguments row(
      String name, boolean passed, String raw, Cause cause, Product product, String remedy) {
    return Arguments.of(name, passed, raw, cause, product, remedy);
  }
}
