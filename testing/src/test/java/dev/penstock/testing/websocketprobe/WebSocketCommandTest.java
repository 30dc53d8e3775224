package dev.penstock.testing.websocketprobe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.endpoint.EndpointServer;
import dev.penstock.testing.hops.HopChain;
import dev.penstock.testing.hops.Hops;
import dev.penstock.testing.peers.TestAuthority;
import dev.penstock.testing.peers.TestIdentity;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebSocketCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private EndpointServer endpoint;

  @BeforeAll
  void start() throws Exception {
    endpoint = EndpointServer.start(anyPort());
  }

  @AfterAll
  void stop() {
    endpoint.close();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static String url(String scheme, InetSocketAddress address) {
    return scheme + "://localhost:" + address.getPort() + "/tunnel/v1/acme";
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    CommandLine command = new CommandLine(new WebSocketCommand());
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }

  /** The first two words of each line that is a step's. */
  private List<String> steps() {
    return out.toString()
        .lines()
        .filter(line -> !line.startsWith(" "))
        .map(line -> line.replaceFirst("^(\\S+) +(\\S+).*", "$1 $2"))
        .toList();
  }

  @Test
  void plainWebSocket_passesEachStep() {
    assertThat(run(url("ws", endpoint.address()), "--echo", "16,1MiB")).isZero();
    assertThat(steps())
        .containsExactly(
            "PASS names", "PASS tcp", "PASS upgrade", "PASS echo", "PASS echo", "PASS close");
    assertThat(out.toString()).contains("101 Switching Protocols", "code 1000");
  }

  @Test
  void proxyAndTls_areStepsOfTheirOwn(@TempDir Path directory) throws Exception {
    TestAuthority authority = TestAuthority.create(directory);
    TestIdentity identity = authority.issue();
    Path password = Files.writeString(directory.resolve("password"), "a secret\n");
    try (EndpointServer secure =
            EndpointServer.startTls(anyPort(), identity.certificate(), identity.key());
        HopChain proxy =
            HopChain.start(secure.address(), Hops.parse("connect-proxy=ann:a secret"))) {
      String through = "127.0.0.1:" + proxy.address().getPort();
      String ca = authority.certificate().toString();
      String url = url("wss", secure.address());
      int code =
          run(
              url,
              "--ca",
              ca,
              "--proxy",
              through,
              "--proxy-user",
              "ann",
              "--proxy-password-file",
              password.toString(),
              "--echo",
              "64KiB");
      assertThat(code).as(out.toString()).isZero();
      assertThat(steps())
          .containsExactly(
              "PASS names",
              "PASS tcp",
              "PASS proxy",
              "PASS tls",
              "PASS upgrade",
              "PASS echo",
              "PASS close");
      assertThat(out.toString())
          .contains("issued by CN=penstock-test-authority")
          .doesNotContain("a secret");
      assertThat(run(url, "--ca", ca, "--proxy", through)).isEqualTo(1);
      assertThat(steps()).containsExactly("PASS names", "PASS tcp", "FAIL proxy");
      assertThat(out.toString()).contains("407");
      assertThat(run(url)).isEqualTo(1);
      assertThat(steps()).containsExactly("PASS names", "PASS tcp", "FAIL tls");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "aws-classic-http, FAIL upgrade, answered 426",
    "login-page, FAIL upgrade, answered 200",
    "redirect-slash, FAIL upgrade, /tunnel/v1/acme/",
    "http2-only, FAIL upgrade, not HTTP/1.1",
    "swallow-frames, FAIL echo, did not come back within 2000 ms",
    "message-limit=1KiB, FAIL echo, code 1009: message larger than 1024 bytes",
    "black-hole, FAIL upgrade, no answer to the upgrade request within 2000 ms",
  })
  void brokenPath_failsAtItsStepAndShowsTheAnswer(String hop, String last, String said)
      throws Exception {
    try (HopChain chain = HopChain.start(endpoint.address(), Hops.parse(hop))) {
      int code = run(url("ws", chain.address()), "--timeout", "2s", "--echo", "4KiB");
      assertThat(code).isEqualTo(1);
      assertThat(steps()).last().isEqualTo(last);
      assertThat(out.toString().replace(",", "")).contains(said);
    }
  }

  @Test
  void peerThatSpeaksFirst_isQuoted() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.thatSpeaksFirst("SSH-2.0-OpenSSH_9.2\r\n")) {
      assertThat(run(url("ws", peer.address()))).isEqualTo(1);
      assertThat(steps()).containsExactly("PASS names", "PASS tcp", "FAIL upgrade");
      assertThat(out.toString()).contains("not HTTP/1.1, but begins with 'SSH-2.0-OpenSSH_9.2'");
    }
  }

  @Test
  void peerThatHangsUpFirst_isSaidToHaveClosed() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.thatHangsUp()) {
      assertThat(run(url("ws", peer.address()))).isEqualTo(1);
      assertThat(out.toString()).contains("the connection was closed ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "103 Early Hints~Link: x~~HTTP/1.1 403 Forbidden~Content-Length: 0~~, answered 403 Forbidden",
    "103 Early Hints~Link: x~~, no answer to the upgrade request but 103 Early Hints within 1000 ms",
    "200 OK~Transfer-Encoding: chunked~~5~hello~, answered 200 OK instead of 101",
    "200 OK~Transfer-Encoding: chunked~~5~hello~, | hello",
    "101 Switching Protocols~Upgrade: websocket~Connection: Upgrade~~, without Sec-WebSocket-Accept",
    "101 Switching Protocols~Upgrade: websocket~Sec-WebSocket-Accept: x~~, is not for our key",
    "302 Found~Set-Cookie: LONG~Content-Length: 0~~, answered 302 Found",
    "302 Found~Set-Cookie: LONGLONGLONG~Content-Length: 0~~, 'answered 302 Found, with headers'",
    "302 Found~Content-Length: 0~Content-Length: 1~~, 'answered 302 Found, with headers'",
  })
  void answerOfAnotherKind_isShownForWhatItIs(String answer, String said) throws Exception {
    String sent = "HTTP/1.1 " + answer.replace("~", "\r\n").replace("LONG", "x".repeat(30_000));
    try (ScriptedPeer peer = ScriptedPeer.thatAnswers(sent)) {
      assertThat(run(url("ws", peer.address()), "--timeout", "1s")).isEqualTo(1);
      assertThat(steps()).last().isEqualTo("FAIL upgrade");
      assertThat(out.toString().replace("1,000", "1000")).contains(said);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'Location: https://bob:SECRET@sso.example/in;sid=SECRET?token=SECRET', //(redacted)@sso.example/",
    "WWW-Authenticate: Negotiate SECRET, WWW-Authenticate: Negotiate (redacted)",
    "'WWW-Authenticate: Basic realm=\"wiki\"', 'Basic realm=\"wiki\"'",
    "Set-Cookie: id=SECRET, Set-Cookie: (not shown)",
    "X-Auth-Request-Access-Token: SECRET, X-Auth-Request-Access-Token: (not shown)",
    "X-PW: SECRET, X-PW: (not shown)",
    "Server: squid/5.7, Server: squid/5.7",
  })
  void header_isShownWithoutTheSecretInIt(String header, String shown) throws Exception {
    String sent = "HTTP/1.1 302 Found\r\n" + header + "\r\nContent-Length: 0\r\n\r\n";
    try (ScriptedPeer peer = ScriptedPeer.thatAnswers(sent)) {
      assertThat(run(url("ws", peer.address()))).isEqualTo(1);
      assertThat(out.toString()).contains(shown).doesNotContain("SECRET");
    }
  }

  @Test
  void jsonOnOneLine_isUnfolded() throws Exception {
    String body = "{\"hint\":\"%s\",\"arrived\":{\"path\":\"/x\"}}\n".formatted("do ".repeat(300));
    String sent = "HTTP/1.1 426 No\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    try (ScriptedPeer peer = ScriptedPeer.thatAnswers(sent)) {
      assertThat(run(url("ws", peer.address()))).isEqualTo(1);
      assertThat(out.toString()).contains("|   \"arrived\": {", "|     \"path\": \"/x\"");
    }
  }

  @Test
  void nobodyThere_failsAtTcp() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = (InetSocketAddress) closed.getLocalSocketAddress();
    }
    assertThat(run(url("ws", nobody))).isEqualTo(1);
    assertThat(steps()).containsExactly("PASS names", "FAIL tcp");
  }

  @Test
  void commandLine_isChecked() {
    assertThat(run("http://localhost/")).isEqualTo(2);
    assertThat(run("ws://ann:pw@localhost/")).isEqualTo(2);
    assertThat(run(url("ws", endpoint.address()), "--header", "none")).isEqualTo(2);
    assertThat(err.toString()).contains("the URL must be ws://", "is not 'NAME: VALUE'");
    assertThat(err.toString()).doesNotContain("ann:pw");
  }
}
