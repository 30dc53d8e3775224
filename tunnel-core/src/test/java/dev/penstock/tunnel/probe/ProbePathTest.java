package dev.penstock.tunnel.probe;

import static dev.penstock.tunnel.probe.ProbeFixture.PATIENCE;
import static dev.penstock.tunnel.probe.ProbeFixture.get;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.penstock.tunnel.connection.Proxy;
import dev.penstock.tunnel.websocket.dial.DialException;
import dev.penstock.tunnel.websocket.dial.DialStep;
import dev.penstock.tunnel.websocket.dial.FakePeer;
import dev.penstock.tunnel.websocket.dial.TestCertificates;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A probe takes the way of a tunnel: through TLS, and through a proxy. */
@Timeout(120)
class ProbePathTest {
  @TempDir Path directory;

  @Test
  void tls_isOpenedAndSeenByTheServer() throws Exception {
    try (ProbeFixture fixture = new ProbeFixture(new TestCertificates(directory).forLoopback())) {
      ProbeLine line = fixture.open();
      assertThat(isTls(line)).isTrue();
      tryAll(line);
    }
  }

  @Test
  void httpProxy_isAskedForTheServerAndPassesAll() throws Exception {
    try (ProbeFixture fixture = new ProbeFixture();
        FakePeer proxy = connecting(fixture.acceptor.address())) {
      ProbeLine line = get(ProbeLine.open(fixture.target(through(proxy))));
      assertThat(isTls(line)).isFalse();
      assertThat(proxy.requests.remove())
          .startsWith(
              "CONNECT 127.0.0.1:%d HTTP/1.1".formatted(fixture.acceptor.address().getPort()))
          .doesNotContain("hush");
      tryAll(line);
    }
  }

  @Test
  void tlsThroughAnHttpProxy_isTheServersOwn() throws Exception {
    try (ProbeFixture fixture = new ProbeFixture(new TestCertificates(directory).forLoopback());
        FakePeer proxy = connecting(fixture.acceptor.address())) {
      ProbeLine line = get(ProbeLine.open(fixture.target(through(proxy))));
      assertThat(isTls(line)).isTrue();
      tryAll(line);
    }
  }

  @Test
  void proxy_thatGoesAwayEndsTheLineAndThePlaceIsFree() throws Exception {
    try (ProbeFixture fixture = new ProbeFixture()) {
      ProbeLine line;
      try (FakePeer proxy = connecting(fixture.acceptor.address())) {
        line = get(ProbeLine.open(fixture.target(through(proxy))));
      }
      ProbeEnd end = get(line.ended());
      assertThat(end.code()).isEqualTo(1006);
      assertThat(end.byUs()).isFalse();
      fixture.awaitOpen(0);
    }
  }

  @Test
  void proxy_thatWantsAPasswordIsTheStepThatFails() throws Exception {
    String answer =
        FakePeer.http(
            """
            HTTP/1.1 407 Proxy Authentication Required
            Proxy-Authenticate: Basic realm="front"
            Content-Length: 0

            """);
    try (ProbeFixture fixture = new ProbeFixture();
        FakePeer proxy = FakePeer.answering(answer)) {
      assertThat(ProbeLine.open(fixture.target(through(proxy))))
          .failsWithin(PATIENCE)
          .withThrowableOfType(ExecutionException.class)
          .havingCause()
          .withMessageContaining("407")
          .asInstanceOf(InstanceOfAssertFactories.type(DialException.class))
          .matches(failure -> failure.step() == DialStep.PROXY);
    }
  }

  private static void tryAll(ProbeLine line) throws Exception {
    assertThat(get(line.echo(300_000))).isPositive();
    assertThat(get(line.upload(5_000_000, 65_536, PATIENCE)).bytes()).isEqualTo(5_000_000);
    assertThat(get(line.download(5_000_000, 65_536, PATIENCE)).bytes()).isEqualTo(5_000_000);
    assertThat(get(line.ping())).isPositive();
    line.close();
    assertThat(get(line.ended()).code()).isEqualTo(1000);
  }

  private static boolean isTls(ProbeLine line) {
    return JsonParser.parseString(line.arrived()).getAsJsonObject().get("tls").getAsBoolean();
  }

  private static Proxy through(FakePeer proxy) {
    return Proxy.http(InetSocketAddress.createUnresolved("127.0.0.1", proxy.port()), null, null);
  }

  /** Takes one connection after the other, and passes on what comes both ways. */
  private static FakePeer connecting(InetSocketAddress server) throws IOException {
    FakePeer[] self = new FakePeer[1];
    self[0] =
        new FakePeer(
            client -> {
              self[0].requests.add(FakePeer.readHead(client.getInputStream()));
              client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII));
              Socket behind = new Socket(server.getAddress(), server.getPort());
              pass(client, behind);
              pass(behind, client);
            });
    return self[0];
  }

  /** On a thread that ends with either connection. */
  private static void pass(Socket from, Socket to) {
    Thread thread =
        new Thread(
            () -> {
              try (from;
                  to) {
                OutputStream out = to.getOutputStream();
                from.getInputStream().transferTo(out);
              } catch (IOException e) {
                // One of them has hung up; now both have.
              }
            },
            "test-proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
