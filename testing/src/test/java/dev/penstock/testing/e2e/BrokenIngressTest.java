package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.testing.ingress.BrokenIngress;
import dev.penstock.testing.ingress.Hop;
import dev.penstock.tunnel.TunnelAcceptor;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each wrong ingress is wrong as it says: what a proper upgrade gets through it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokenIngressTest {
  private static final String TOKEN = "t";
  private static final Duration IDLE = Duration.ofSeconds(1);

  /** What the server says comes as JSON; what a hop says does not. */
  private static final String SERVERS_OWN = "(?i)content-type: application/json";

  private static final Set<BrokenIngress> CUT =
      EnumSet.of(BrokenIngress.NGINX_IDLE, BrokenIngress.HAPROXY_IDLE, BrokenIngress.APACHE_IDLE);

  /** Well before the server's own heartbeat of 20 s would do anything. */
  private static final Duration CUT_WITHIN = Duration.ofSeconds(15);

  @TempDir Path directory;
  private TunnelAcceptor server;

  @BeforeAll
  void listen() throws IOException {
    server =
        TunnelAcceptor.builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .authenticator(
                (tunnel, token) -> token.equals(TOKEN) ? Verdict.ACCEPTED : Verdict.UNKNOWN_TOKEN)
            .listener(tunnel -> {})
            .start();
  }

  @AfterAll
  void close() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void variant_breaksTheUpgradeAsItSays(BrokenIngress broken) throws Exception {
    assumeTrue(broken.peer().find().isPresent(), () -> "missing peer: " + broken.peer().command());
    try (Hop hop = broken.inFrontOf(server.address(), IDLE, directory)) {
      if (CUT.contains(broken)) {
        expectCut(hop.server());
      } else {
        assertThat(answer(broken, hop)).as(broken.wrong()).containsPattern(expected(broken));
      }
    }
  }

  private static Pattern expected(BrokenIngress broken) {
    return switch (broken) {
      case NGINX_DEFAULTS,
          NGINX_WITHOUT_CONNECTION,
          NGINX_HTTP10,
          NGINX_DROPS_SUBPROTOCOL,
          HAPROXY_DROPS_UPGRADE,
          APACHE_WITHOUT_UPGRADE ->
          head("4(00|26)", SERVERS_OWN);
      case NGINX_DROPS_AUTHORIZATION -> head("401", SERVERS_OWN);
      case NGINX_IDLE, HAPROXY_IDLE, APACHE_IDLE -> head("101", "");
      case NGINX_TRAILING_SLASH -> head("301", "Location: \\S+/tunnel/v1/acme/\r\n");
      case NGINX_LOGIN_PAGE -> head("302", "Location: \\S+/login\r\n");
      case NGINX_SSO_401 -> head("401", "WWW-Authenticate: .*single sign-on");
      case NGINX_HTTPS_REDIRECT -> head("301", "Location: https://");
      case NGINX_HTTP2_ONLY -> Pattern.compile("^(?!HTTP)");
      case NGINX_RATE_LIMIT -> head("429", "");
      case NGINX_BAD_GATEWAY -> head("502", "Server: nginx");
      case HAPROXY_DENIES_UPGRADE, SQUID_REFUSES_PORT -> head("403", "");
      case HAPROXY_NO_SERVER -> head("503", "");
      case SQUID_WANTS_A_PASSWORD -> head("407", "");
    };
  }

  private static Pattern head(String status, String more) {
    return Pattern.compile("^HTTP/1\\.[01] " + status + " [\\s\\S]*" + more);
  }

  /** The head of the answer to the first request, or to the second where only that is refused. */
  private static String answer(BrokenIngress broken, Hop hop) throws IOException {
    if (broken == BrokenIngress.NGINX_RATE_LIMIT) {
      var unused = upgrade(hop.server());
    }
    return hop.proxy().isPresent() ? connect(hop) : upgrade(hop.server());
  }

  private static String upgrade(URI through) throws IOException {
    try (WebSocketPeer peer = dial(through)) {
      peer.sendUpgrade(Names.TUNNEL, TOKEN);
      return peer.readHead();
    } catch (EOFException noHttp) {
      return "";
    }
  }

  private static String connect(Hop hop) throws IOException {
    try (WebSocketPeer peer = dial(hop.proxy().orElseThrow())) {
      String target = hop.server().getAuthority();
      peer.sendHead("CONNECT " + target + " HTTP/1.1", "Host: " + target);
      return peer.readHead();
    }
  }

  private static void expectCut(URI through) throws IOException {
    try (WebSocketPeer peer = dial(through)) {
      peer.sendUpgrade(Names.TUNNEL, TOKEN);
      assertThat(peer.readHead()).startsWith("HTTP/1.1 101 ");
      long start = System.nanoTime();
      peer.awaitEnd();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(CUT_WITHIN);
    }
  }

  private static WebSocketPeer dial(URI url) throws IOException {
    return WebSocketPeer.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), url.getPort()), Bounds.EVENT);
  }
}
