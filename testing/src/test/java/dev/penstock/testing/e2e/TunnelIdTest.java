package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Secret;
import dev.penstock.server.auth.Identifier;
import dev.penstock.tunnel.TunnelAcceptor;
import dev.penstock.tunnel.TunnelDialer;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Client, server and tunnel each hold the grammar of tunnel ids; here they have to agree. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TunnelIdTest {
  private static final String SIXTY_THREE =
      "a23456789-123456789-123456789-123456789-123456789-123456789-12z";
  private static final URI NOWHERE = URI.create("ws://127.0.0.1:1");

  private TunnelAcceptor acceptor;

  /** One that lets everybody in, so that only the id can be the reason of a refusal. */
  @BeforeAll
  void listen() throws IOException {
    acceptor =
        TunnelAcceptor.builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .authenticator((tunnel, token) -> Verdict.ACCEPTED)
            .listener(tunnel -> {})
            .start();
  }

  @AfterAll
  void close() {
    acceptor.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "0", "acme", "a-b", "a--b", "0-9", "xn--mnchen-3ya", SIXTY_THREE})
  void goodId_isAcceptedByAll(String id) throws Exception {
    assertThat(Identifier.isValid(id)).as("server").isTrue();
    assertThat(clientAccepts(id)).as("client").isTrue();
    assertThat(dialerAccepts(id)).as("dialer").isTrue();
    assertThat(answerTo(id)).as("wire").startsWith("HTTP/1.1 101 ");
  }

  /** With marks and digits of other scripts, and what paths, queries and headers are made of. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "-a",
        "a-",
        "A",
        "aB",
        "a_b",
        "a.b",
        ".",
        "..",
        "a/b",
        "a/",
        "/a",
        "../a",
        "a%2fb",
        "a%00",
        "%61",
        "a\\b",
        "a b",
        " a",
        "a ",
        "a\t",
        "a\n",
        "a\r\nHost: b",
        "a\u0000",
        "a\u0000b",
        "\u00e9",
        "\u0430",
        "\u212a",
        "\u0661",
        "a\u2028",
        "*",
        "a:b",
        "a,b",
        SIXTY_THREE + "z"
      })
  void hostileId_isRefusedByAll(String id) throws Exception {
    assertThat(Identifier.isValid(id)).as("server").isFalse();
    assertThat(clientAccepts(id)).as("client").isFalse();
    assertThat(dialerAccepts(id)).as("dialer").isFalse();
    assertThat(answerTo(id)).as("wire").startsWith("HTTP/1.1 4");
  }

  private static boolean clientAccepts(String id) throws Exception {
    ClientConfig.Builder config =
        ClientConfig.builder()
            .server(NOWHERE)
            .tunnel(id)
            .token(Secret.of("t"))
            .registry("http://127.0.0.1:1");
    return isAccepted(config::build);
  }

  private static boolean dialerAccepts(String id) throws Exception {
    return isAccepted(() -> TunnelDialer.builder(NOWHERE, id).token(() -> "t").build());
  }

  private static boolean isAccepted(Callable<?> use) throws Exception {
    try {
      var unused = use.call();
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  private String answerTo(String id) throws IOException {
    try (WebSocketPeer peer = WebSocketPeer.connect(acceptor.address(), Bounds.EVENT)) {
      peer.sendUpgrade(percentEncoded(id), "t");
      return peer.readHead();
    }
  }

  /** As any HTTP client does with what would end the path, or the line. */
  private static String percentEncoded(String id) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      path.append(c > ' ' ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return path.toString();
  }
}
