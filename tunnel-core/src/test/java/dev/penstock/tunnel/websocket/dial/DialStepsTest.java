package dev.penstock.tunnel.websocket.dial;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.connection.EventLoops;
import dev.penstock.tunnel.connection.Proxy;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import dev.penstock.tunnel.websocket.accept.Subprotocol;
import dev.penstock.tunnel.websocket.accept.UpgradeDecision;
import dev.penstock.tunnel.websocket.accept.WebSocketServer;
import dev.penstock.tunnel.websocket.accept.WebSocketServerSettings;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each step of a dial fails as itself, in time, with the real cause, and leaves nothing behind. */
class DialStepsTest {
  @TempDir Path directory;

  private final DialFixture fixture = new DialFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void refusedPort_isNamed(String scheme) throws Exception {
    int port = closedPort();
    assertThat(fixture.fail(uri(scheme, port), DialStep.CONNECT))
        .hasMessageContaining("cannot connect to " + scheme + "://127.0.0.1:" + port)
        .hasMessageContaining("refused");
  }

  @Test
  void unknownHost_isNamed() throws Exception {
    assertThat(fixture.fail("ws://no-such-host.invalid/some/path", DialStep.CONNECT))
        .hasMessageContaining("cannot resolve host 'no-such-host.invalid'");
  }

  @Test
  void silentPeer_isGivenUp() throws Exception {
    try (FakePeer peer = FakePeer.silent()) {
      assertThat(fixture.fail(uri("ws", peer.port()), DialStep.UPGRADE))
          .hasMessageContaining("no answer to the upgrade request from ws://127.0.0.1")
          .hasMessageContaining("within 1000 ms");
      peer.awaitHangUp();
    }
  }

  @Test
  void peerThatDripsItsAnswer_isGivenUp() throws Exception {
    try (FakePeer peer = FakePeer.answering("HTTP/1.1 101 Switching Protocols\r\nUpgrade: web")) {
      assertThat(fixture.fail(uri("ws", peer.port()), DialStep.UPGRADE))
          .hasMessageContaining("within 1000 ms");
      peer.awaitHangUp();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void peerThatHangsUp_isReportedAtOnce(String scheme) throws Exception {
    fixture.timeout(Duration.ofSeconds(60)); // at once, not at the timeout
    try (FakePeer peer = new FakePeer(socket -> socket.close())) {
      DialStep step = scheme.equals("ws") ? DialStep.UPGRADE : DialStep.TLS;
      fixture.fail(uri(scheme, peer.port()), step);
    }
  }

  @Test
  void interrupt_endsTheDialAndTheConnection() throws Exception {
    fixture.timeout(Duration.ofSeconds(60));
    CompletableFuture<Void> ended = new CompletableFuture<>();
    try (FakePeer peer = FakePeer.answering("")) {
      Thread dialling =
          new Thread(
              () -> {
                try {
                  fixture.dial(uri("ws", peer.port()));
                  ended.complete(null);
                } catch (Exception e) {
                  ended.completeExceptionally(e);
                }
              });
      dialling.start();
      assertThat(peer.requests.poll(20, TimeUnit.SECONDS)).isNotNull();
      dialling.interrupt();
      assertThat(ended)
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(InterruptedException.class);
      peer.awaitHangUp();
      dialling.join(20_000);
    }
  }

  @Test
  void untrustedCertificate_isNamed() throws Exception {
    TestCertificates certificates = new TestCertificates(directory);
    try (TlsServer server = new TlsServer(certificates.forLoopback())) {
      assertThat(fixture.fail(uri("wss", server.port()), DialStep.TLS))
          .hasMessageContaining("TLS with wss://127.0.0.1")
          .hasMessageContaining("not from a trusted authority");
    }
  }

  @Test
  void certificateOfAnotherHost_isNamed() throws Exception {
    TestCertificates.Chain other = new TestCertificates(directory).forOtherHost();
    try (TlsServer server = new TlsServer(other)) {
      fixture.trusting(other.authority());
      assertThat(fixture.fail(uri("wss", server.port()), DialStep.TLS))
          .hasMessageContaining("127.0.0.1")
          .hasMessageContaining("subject alternative names");
    }
  }

  @Test
  void expiredCertificate_isNamed() throws Exception {
    TestCertificates.Chain expired = new TestCertificates(directory).expired();
    try (TlsServer server = new TlsServer(expired)) {
      fixture.trusting(expired.authority());
      assertThat(fixture.fail(uri("wss", server.port()), DialStep.TLS))
          .hasMessageContaining("the certificate has expired");
    }
  }

  @Test
  void trustedCertificate_opens() throws Exception {
    TestCertificates.Chain good = new TestCertificates(directory).forLoopback();
    try (TlsServer server = new TlsServer(good)) {
      fixture.timeout(Duration.ofSeconds(20)).trusting(good.authority());
      fixture.dial("wss://localhost:" + server.port() + "/ok");
      assertThat(fixture.nextEvent()).isEqualTo("opened none");
    }
  }

  @Test
  void plaintextPeer_isToldFromATlsPeer() throws Exception {
    try (FakePeer peer =
        new FakePeer(socket -> write(socket.getOutputStream(), "HTTP/1.1 400 No\r\n\r\n"))) {
      assertThat(fixture.fail(uri("wss", peer.port()), DialStep.TLS))
          .hasMessageContaining("the peer does not speak TLS");
    }
  }

  @Test
  void silentTlsPeer_isGivenUp() throws Exception {
    try (FakePeer peer = FakePeer.silent()) {
      assertThat(fixture.fail(uri("wss", peer.port()), DialStep.TLS))
          .hasMessageContaining("no TLS with wss://127.0.0.1")
          .hasMessageContaining("within 1000 ms");
      peer.awaitHangUp();
    }
  }

  @Test
  void proxy_isAskedToConnectWithItsPassword() throws Exception {
    String switched =
        FakePeer.http(
            """
            HTTP/1.1 101 Go
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Accept: %s
            Sec-WebSocket-Protocol: test.v1

            """);
    CompletableFuture<String> connect = new CompletableFuture<>();
    try (FakePeer proxy =
        new FakePeer(
            socket -> {
              connect.complete(FakePeer.readHead(socket.getInputStream()));
              write(socket.getOutputStream(), "HTTP/1.1 200 OK\r\n\r\n");
              String request = FakePeer.readHead(socket.getInputStream());
              write(socket.getOutputStream(), switched.replace("%s", FakePeer.accept(request)));
            })) {
      fixture.proxy(Proxy.http(proxy.address(), "me", "hush-proxy"));
      fixture.dial("ws://no-such-host.invalid:8080/some/path");
      assertThat(connect.get(20, TimeUnit.SECONDS))
          .startsWith("CONNECT no-such-host.invalid:8080 HTTP/1.1\r\n")
          .containsIgnoringCase("proxy-authorization: Basic bWU6aHVzaC1wcm94eQ==\r\n")
          .doesNotContain(DialFixture.SECRET);
      assertThat(fixture.nextEvent()).isEqualTo("opened none");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void proxy_thatWantsAPasswordIsNamed(String scheme) throws Exception {
    String answer =
        FakePeer.http(
            """
            HTTP/1.1 407 Proxy Authentication Required
            Proxy-Authenticate: Basic realm="x"
            Content-Length: 0

            """);
    try (FakePeer proxy = FakePeer.answering(answer)) {
      fixture.proxy(Proxy.http(proxy.address(), "me", "hush-proxy"));
      assertThat(fixture.fail(scheme + "://example.invalid/some/path", DialStep.PROXY))
          .hasMessageContaining("proxy localhost:" + proxy.port())
          .hasMessageContaining("407")
          .hasMessageContaining("it wants a user and a password");
      proxy.awaitHangUp();
    }
  }

  @Test
  void proxy_thatCannotReachTheServerIsNamed() throws Exception {
    try (FakePeer proxy =
        FakePeer.answering("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")) {
      fixture.proxy(Proxy.http(proxy.address(), null, null));
      assertThat(fixture.fail("wss://example.invalid/some/path", DialStep.PROXY))
          .hasMessageContaining("502 Bad Gateway")
          .hasMessageNotContaining("it wants a user");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void silentProxy_isGivenUpAsTheProxy(String scheme) throws Exception {
    try (FakePeer proxy = FakePeer.silent()) {
      fixture.proxy(Proxy.http(proxy.address(), "me", "hush-proxy"));
      assertThat(fixture.fail(scheme + "://example.invalid/some/path", DialStep.PROXY))
          .hasMessageContaining("no answer from the HTTP proxy on the way to " + scheme)
          .hasMessageContaining("through proxy localhost:" + proxy.port());
      proxy.awaitHangUp();
    }
  }

  @Test
  void proxy_thatHangsUpIsNamed() throws Exception {
    try (FakePeer proxy = new FakePeer(socket -> socket.close())) {
      fixture.proxy(Proxy.http(proxy.address(), null, null));
      fixture.fail("ws://example.invalid/some/path", DialStep.PROXY);
    }
  }

  @Test
  void refusedProxy_isNamed() throws Exception {
    int port = closedPort();
    fixture.proxy(Proxy.http(InetSocketAddress.createUnresolved("127.0.0.1", port), null, null));
    assertThat(fixture.fail("ws://example.invalid/some/path", DialStep.CONNECT))
        .hasMessageContaining("through proxy 127.0.0.1:" + port)
        .hasMessageContaining("refused");
  }

  @Test
  void unknownProxy_isNamed() throws Exception {
    fixture.proxy(
        Proxy.http(InetSocketAddress.createUnresolved("no-such-proxy.invalid", 1), null, null));
    assertThat(fixture.fail("ws://example.invalid/some/path", DialStep.CONNECT))
        .hasMessageContaining("cannot resolve host 'no-such-proxy.invalid'");
  }

  @Test
  void failedDials_leaveNoThreadBehind() throws Exception {
    int port = closedPort();
    fixture.fail(uri("ws", port), DialStep.CONNECT); // what a first dial starts may stay
    Set<String> before = threads();
    for (int i = 0; i < 50; i++) {
      fixture.fail(uri("ws", port), DialStep.CONNECT);
    }
    Set<String> more = threads();
    more.removeAll(before);
    assertThat(more).isEmpty();
  }

  @Test
  void secrets_areNotInWords() {
    Proxy proxy = Proxy.http(InetSocketAddress.createUnresolved("p", 1), "me", "hush");
    assertThat(proxy.toString()).isEqualTo("p:1");
  }

  private static Set<String> threads() {
    Set<String> names = new TreeSet<>();
    for (Map.Entry<Thread, StackTraceElement[]> thread : Thread.getAllStackTraces().entrySet()) {
      // Lookup threads end with the answer, which may be a moment after the dial.
      if (!thread.getKey().getName().equals("penstock-lookup")) {
        names.add(thread.getKey().getName() + " " + thread.getKey().getId());
      }
    }
    return names;
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
  }

  private static String uri(String scheme, int port) {
    return scheme + "://127.0.0.1:" + port + "/some/path";
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** A real acceptor with a certificate; nothing that it takes stays open. */
  private static final class TlsServer implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(1, EventLoops.ioHandlerFactory());
    private final WebSocketServer server;

    TlsServer(TestCertificates.Chain chain) throws IOException {
      server =
          WebSocketServer.start(
              new WebSocketServerSettings(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                  List.of(Subprotocol.of("test.v1", request -> accept())),
                  Duration.ofSeconds(20),
                  SslContextBuilder.forServer(chain.certificates().toFile(), chain.key().toFile())
                      .build()),
              loop);
    }

    int port() {
      return server.address().getPort();
    }

    private static UpgradeDecision accept() {
      return new UpgradeDecision.Accept(
          Map.of(),
          new WebSocketSettings(true, 4096, Duration.ofSeconds(20)),
          webSocket -> new SilentListener());
    }

    @Override
    public void close() {
      server.close();
      loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }
}
