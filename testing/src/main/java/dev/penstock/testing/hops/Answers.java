package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest;
import java.util.Objects;
import java.util.Optional;

/** Hops that answer in the server's place. */
final class Answers {
  private static final String LOGIN_PATH = "/login";
  private static final int RETRY_AFTER_SECONDS = 30;
  private static final String LOGIN_PAGE =
      """
      <!doctype html>
      <html lang="en"><head><title>Sign in</title></head>
      <body><h1>Sign in</h1><form method="post" action="/login">
      <input name="username"><input name="password" type="password"><button>Sign in</button>
      </form></body></html>
      """;

  private Answers() {}

  /** Sends whoever asks for a path without a slash at its end to the one with it. */
  static Hop.Settings redirectSlash() {
    return Hop.named("redirect-slash")
        .answer(
            request -> {
              String path = path(request);
              return path.endsWith("/")
                  ? Optional.empty()
                  : Optional.of(moved(301, path + "/" + query(request)));
            });
  }

  /** Sends everybody to {@code https://}. */
  static Hop.Settings redirectHttps() {
    return Hop.named("redirect-https")
        .answer(
            request -> {
              String host =
                  Objects.requireNonNullElse(request.headers().get(HttpHeaderNames.HOST), "");
              String name = host.replaceFirst(":\\d+$", "");
              return Optional.of(moved(301, "https://" + name + request.uri()));
            });
  }

  /**
   * A captive portal: whatever is asked for, a page that wants a password comes with status 200.
   */
  static Hop.Settings loginPage() {
    return Hop.named("login-page").answerAll(Reply.html(200, LOGIN_PAGE));
  }

  /** A proxy with sessions: who has none is sent to its login page. */
  static Hop.Settings loginRedirect() {
    return Hop.named("login-page=redirect")
        .answer(
            request ->
                Optional.of(
                    path(request).equals(LOGIN_PATH)
                        ? Reply.html(200, LOGIN_PAGE)
                        : moved(302, LOGIN_PATH + "?rd=" + path(request))));
  }

  /**
   * A proxy with single sign-on that wants a Kerberos ticket (RFC 4559) and has no use for ours.
   */
  static Hop.Settings sso401() {
    return Hop.named("sso-401")
        .answerAll(Reply.titled(401, "").with("WWW-Authenticate", "Negotiate"));
  }

  /** A hop whose server is away. */
  static Hop.Settings badGateway() {
    return Hop.named("bad-gateway").answerAll(Reply.titled(502, ""));
  }

  /** A firewall for web applications; the page's words are as F5's are by default. */
  static Hop.Settings waf403() {
    String page =
        "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected."
            + " Please consult with your administrator.<br><br>Your support ID is: %d</body></html>";
    return Hop.named("waf-403")
        .answer(request -> Optional.of(Reply.html(403, page.formatted(System.nanoTime()))));
  }

  /** A router without a rule for the path. */
  static Hop.Settings notFound() {
    return Hop.named("not-found").answerAll(Reply.text(404, "default backend - 404"));
  }

  /** A hop that has had enough requests. */
  static Hop.Settings rateLimit429() {
    return Hop.named("rate-limit-429")
        .answerAll(
            Reply.text(429, "Too Many Requests\n")
                .with("Retry-After", Integer.toString(RETRY_AFTER_SECONDS)));
  }

  private static Reply moved(int status, String location) {
    return Reply.titled(status, "").with("Location", location);
  }

  private static String path(HttpRequest request) {
    return request.uri().split("\\?", 2)[0];
  }

  private static String query(HttpRequest request) {
    return request.uri().substring(path(request).length());
  }
}
