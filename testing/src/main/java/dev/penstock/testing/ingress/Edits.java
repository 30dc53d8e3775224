package dev.penstock.testing.ingress;

import com.google.errorprone.annotations.Immutable;
import dev.penstock.testing.ingress.BrokenIngress.Start;
import dev.penstock.testing.peers.FreePort;
import dev.penstock.testing.peers.Squid;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;

/** How the recommended configurations are made wrong. */
final class Edits {
  /** Where nginx passes requests on. */
  static final String LOCATION = "location / {\n";

  /** The same, for who is logged in; here nobody is. */
  static final String LOGIN =
      """
      location = /auth { internal; return 401; }
      location = /login { default_type text/html; return 200 "<form>user, password</form>"; }
      location @login { return 302 /login; }
      location / {
      auth_request /auth;
      error_page 401 = @login;
      """;

  private static final String BACKEND = "default_backend penstock";

  private Edits() {}

  /** What one variant has different. */
  @Immutable
  @FunctionalInterface
  interface Change {
    ConfigText apply(ConfigText right);
  }

  static Start on(IngressProduct product, Change change) {
    return (server, idle, directory) ->
        Hop.ingress(Ingress.recommended(product).changed(change::apply).start(directory, server));
  }

  static Start onNginx(Change change) {
    return on(IngressProduct.NGINX, change);
  }

  /** With one more line where nginx passes requests on. */
  static Start inLocation(String line) {
    return onNginx(text -> text.replacing(LOCATION, LOCATION + line + "\n"));
  }

  /** With one more line in HAProxy's frontend. */
  static Start inFrontend(String line) {
    return on(IngressProduct.HAPROXY, text -> text.replacing(BACKEND, line + "\n  " + BACKEND));
  }

  /** With a bound on silence. */
  static Start idle(IngressProduct product) {
    return (server, idle, directory) ->
        Hop.ingress(Ingress.recommended(product).silentFor(idle).start(directory, server));
  }

  /** In front of a port at which nobody listens. */
  static Start withoutServer(IngressProduct product) {
    return (server, idle, directory) -> {
      InetSocketAddress nobody =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.pick());
      return Hop.ingress(Ingress.recommended(product).start(directory, nobody));
    };
  }

  /** A forward proxy on the way to the server. */
  static Hop through(Squid squid, InetSocketAddress server) {
    URI dialled = URI.create("ws://127.0.0.1:" + server.getPort());
    return new Hop(dialled, Optional.of(squid.url()), squid::close);
  }
}
