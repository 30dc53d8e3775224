package dev.penstock.testing.ingress;

import com.google.errorprone.annotations.Immutable;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.Squid;
import dev.penstock.testing.registry.Credentials;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The recommended ingress with one thing wrong in it, as people have it; and forward proxies that
 * do not let a tunnel through. All speak plain HTTP.
 */
public enum BrokenIngress {
  /** What nginx does when nobody told it of WebSockets: HTTP/1.0, and no word of the upgrade. */
  NGINX_DEFAULTS(
      PeerBinary.NGINX,
      "the defaults: HTTP/1.0 to the server, without Upgrade and Connection",
      "proxy_http_version 1.1;",
      Edits.onNginx(
          text ->
              text.withoutLines("proxy_http_version")
                  .withoutLines("proxy_set_header Upgrade")
                  .withoutLines("proxy_set_header Connection"))),

  /** Half of the usual recipe. */
  NGINX_WITHOUT_CONNECTION(
      PeerBinary.NGINX,
      "Upgrade is passed on and Connection is not",
      "proxy_set_header Connection $connection_upgrade;",
      Edits.onNginx(text -> text.withoutLines("proxy_set_header Connection"))),

  /** The other half. */
  NGINX_HTTP10(
      PeerBinary.NGINX,
      "Upgrade and Connection are passed on, over HTTP/1.0",
      "proxy_http_version 1.1;",
      Edits.onNginx(text -> text.withoutLines("proxy_http_version"))),

  /** 60 s by default. */
  NGINX_IDLE(
      PeerBinary.NGINX,
      "silent tunnels are cut",
      "proxy_read_timeout 10m;",
      Edits.idle(IngressProduct.NGINX)),

  /** nginx redirects to what it takes for a directory. Of tunnel {@code acme} only. */
  NGINX_TRAILING_SLASH(
      PeerBinary.NGINX,
      "a location that ends with a slash redirects the path without it (301)",
      "location /tunnel/v1/acme/ {",
      Edits.onNginx(
          text ->
              text.replacing(
                  Edits.LOCATION, Edits.LOCATION + "return 404; }\nlocation /tunnel/v1/acme/ {"))),

  /** As an authenticating proxy for people does. */
  NGINX_LOGIN_PAGE(
      PeerBinary.NGINX,
      "who is not logged in is redirected to a login page (302)",
      "auth_request /auth;",
      Edits.onNginx(text -> text.replacing(Edits.LOCATION, Edits.LOGIN))),

  /** As an authenticating proxy for machines does. */
  NGINX_SSO_401(
      PeerBinary.NGINX,
      "a single sign-on answers 401 in the server's place",
      "return 401;",
      Edits.inLocation(
          "add_header WWW-Authenticate 'Bearer realm=\"single sign-on\"' always; return 401;")),

  /** A plain listener that is there for browsers. */
  NGINX_HTTPS_REDIRECT(
      PeerBinary.NGINX,
      "everything is redirected to https (301)",
      "return 301 https://$host$request_uri;",
      Edits.inLocation("return 301 https://$host$request_uri;")),

  /** Without TLS there is no ALPN, and this nginx then speaks HTTP/2 alone. */
  NGINX_HTTP2_ONLY(
      PeerBinary.NGINX,
      "the listener speaks HTTP/2 alone",
      "listen 443 ssl;",
      Edits.onNginx(text -> text.replacing("listen 443 ssl;", "listen 443 ssl http2;"))),

  /** A header that was meant for the ingress itself, somebody thought. */
  NGINX_DROPS_AUTHORIZATION(
      PeerBinary.NGINX,
      "Authorization is not passed on",
      "proxy_set_header Authorization \"\";",
      Edits.inLocation("proxy_set_header Authorization \"\";")),

  /** An allow list of headers that has no WebSocket ones, say. */
  NGINX_DROPS_SUBPROTOCOL(
      PeerBinary.NGINX,
      "Sec-WebSocket-Protocol is not passed on",
      "proxy_set_header Sec-WebSocket-Protocol \"\";",
      Edits.inLocation("proxy_set_header Sec-WebSocket-Protocol \"\";")),

  /** One request a minute passes; all others get 429. */
  NGINX_RATE_LIMIT(
      PeerBinary.NGINX,
      "a rate limit answers 429",
      "limit_req zone=all;",
      Edits.onNginx(
          text ->
              text.replacing(
                      "upstream penstock {",
                      "limit_req_zone $binary_remote_addr zone=all:1m rate=1r/m;\n"
                          + "upstream penstock {")
                  .replacing(
                      Edits.LOCATION,
                      Edits.LOCATION + "limit_req zone=all; limit_req_status 429;"))),

  /** The server is down, or somewhere else. */
  NGINX_BAD_GATEWAY(
      PeerBinary.NGINX,
      "nobody listens where the upstream should be (502)",
      "server penstock-1.internal:8080 max_fails=0;",
      Edits.withoutServer(IngressProduct.NGINX)),

  /** Without the line, the 30 s of client and server hold. */
  HAPROXY_IDLE(
      PeerBinary.HAPROXY,
      "silent tunnels are cut",
      "timeout tunnel       10m",
      Edits.idle(IngressProduct.HAPROXY)),

  /** A rule that cleans headers up. */
  HAPROXY_DROPS_UPGRADE(
      PeerBinary.HAPROXY,
      "Upgrade is not passed on",
      "http-request del-header Upgrade",
      Edits.inFrontend("http-request del-header Upgrade")),

  /** A rule that keeps WebSockets out. */
  HAPROXY_DENIES_UPGRADE(
      PeerBinary.HAPROXY,
      "requests with Upgrade are denied (403)",
      "http-request deny if { req.hdr(Upgrade) -m found }",
      Edits.inFrontend("http-request deny if { req.hdr(Upgrade) -m found }")),

  /** The server is down, or somewhere else. */
  HAPROXY_NO_SERVER(
      PeerBinary.HAPROXY,
      "no server is there to take it (503)",
      "server penstock-1 penstock-1.internal:8080",
      Edits.withoutServer(IngressProduct.HAPROXY)),

  /** What Apache does when nobody told it of WebSockets. */
  APACHE_WITHOUT_UPGRADE(
      PeerBinary.APACHE,
      "Upgrade is not passed on: no upgrade=websocket, and no mod_proxy_wstunnel",
      "upgrade=websocket",
      Edits.on(IngressProduct.APACHE, text -> text.replacing(" upgrade=websocket", ""))),

  /** 60 s by default. */
  APACHE_IDLE(
      PeerBinary.APACHE,
      "silent tunnels are cut",
      "ProxyTimeout 600",
      Edits.idle(IngressProduct.APACHE)),

  /** squid's own configuration lets CONNECT to port 443 alone. */
  SQUID_REFUSES_PORT(
      PeerBinary.SQUID,
      "a forward proxy refuses CONNECT to the server's port (403)",
      "acl SSL_ports port 443",
      (server, idle, directory) -> Edits.through(Squid.forHttpsOnly(), server)),

  /** A company's proxy that knows its users. */
  SQUID_WANTS_A_PASSWORD(
      PeerBinary.SQUID,
      "a forward proxy wants a user and a password (407)",
      "http_access deny !known",
      (server, idle, directory) ->
          Edits.through(Squid.start(new Credentials("somebody", "a-rather-long-secret")), server));

  /** What an idle limit is where nobody has changed it. */
  public static final Duration USUAL_IDLE = Duration.ofSeconds(60);

  private final PeerBinary peer;
  private final String wrong;
  private final String line;
  private final Start start;

  BrokenIngress(PeerBinary peer, String wrong, String line, Start start) {
    this.peer = peer;
    this.wrong = wrong;
    this.line = line;
    this.start = start;
  }

  /** The product, which has to be installed. */
  public PeerBinary peer() {
    return peer;
  }

  /** What is wrong, in words. */
  public String wrong() {
    return wrong;
  }

  /** The line that is missing or wrong here; or the one of the recommended file that is changed. */
  public String line() {
    return line;
  }

  /** Starts it in front of a server, which speaks plain HTTP; a limit on silence is the usual. */
  public Hop inFrontOf(InetSocketAddress server, Path directory)
      throws IOException, InterruptedException {
    return inFrontOf(server, USUAL_IDLE, directory);
  }

  /**
   * Starts it in front of a server, which speaks plain HTTP.
   *
   * @param idle how long a silent tunnel lives, where that is what is wrong; whole seconds for
   *     Apache httpd
   * @param directory where its files go, in a directory of their own; it must exist
   */
  public Hop inFrontOf(InetSocketAddress server, Duration idle, Path directory)
      throws IOException, InterruptedException {
    return start.inFrontOf(server, idle, directory);
  }

  /** How a variant is started. */
  @Immutable
  @FunctionalInterface
  interface Start {
    Hop inFrontOf(InetSocketAddress server, Duration idle, Path directory)
        throws IOException, InterruptedException;
  }
}
