package dev.penstock.testing.hops;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.penstock.testing.endpoint.EndpointServer;
import dev.penstock.testing.hops.Visitor.Answer;
import dev.penstock.testing.peers.TestAuthority;
import dev.penstock.testing.peers.TestIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each hop in front of an endpoint, which says what arrived. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HopsTest {
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private EndpointServer endpoint;

  @BeforeAll
  void start() throws Exception {
    endpoint = EndpointServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterAll
  void stop() {
    endpoint.close();
  }

  private HopChain chain(String... hops) throws IOException {
    return HopChain.start(
        endpoint.address(), Arrays.stream(hops).map(Hops::parse).toArray(Hop[]::new));
  }

  private Answer upgradeThrough(String... hops) throws IOException {
    try (HopChain chain = chain(hops);
        Visitor visitor = Visitor.at(chain.address())) {
      return visitor.upgrade();
    }
  }

  private static byte[] random(int bytes) {
    byte[] made = new byte[bytes];
    new Random(bytes).nextBytes(made);
    return made;
  }

  private static void expectEcho(Visitor visitor, int bytes) throws IOException {
    byte[] sent = random(bytes);
    visitor.sendBinary(sent);
    Visitor.Frame got = visitor.readFrame();
    assertThat(got.opcode()).isEqualTo(BINARY);
    assertThat(got.payload()).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aws-alb",
        "nginx",
        "haproxy",
        "cloudflare",
        "idle=20s",
        "lifetime=20s",
        "strip=Origin",
        "message-limit=2MiB",
        "tls-intercept",
        "tls-terminate",
        "connect-proxy",
        "buffer=1",
        "buffer=64KiB,20ms"
      })
  void hopThatPassesUpgrades_passesMessagesOfAllSizes(String hop) throws Exception {
    try (HopChain chain = chain(hop);
        Visitor visitor = Visitor.at(chain.address())) {
      assertThat(visitor.upgrade().status()).isEqualTo(101);
      for (int bytes : new int[] {1, 125, 126, 65_535, 65_536, 1_000_000}) {
        expectEcho(visitor, bytes);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "aws-classic-http, HTTP/1.1, X-Forwarded-Port",
    "nginx-defaults, HTTP/1.0, Sec-WebSocket-Version",
    "drop-upgrade, HTTP/1.1, Sec-WebSocket-Version",
  })
  void hopThatKnowsNoUpgrades_passesAPlainGet(String hop, String version, String header)
      throws Exception {
    Answer answer = upgradeThrough(hop);
    assertThat(answer.status()).isEqualTo(426);
    assertThat(answer.version()).isEqualTo(version);
    assertThat(answer.header("Upgrade")).isNull();
    assertThat(answer.header(header)).isNotNull();
    assertThat(answer.header("Authorization")).isEqualTo("(not shown)");
  }

  @Test
  void http10_passesTheUpgradeHeadersInARequestThatCannotHaveThem() throws Exception {
    Answer answer = upgradeThrough("http10");
    assertThat(answer.version()).isEqualTo("HTTP/1.0");
    assertThat(answer.header("Upgrade")).isEqualTo("websocket");
  }

  @Test
  void nginxDefaults_asksForItsUpstreamByAddressAndCloses() throws Exception {
    Answer answer = upgradeThrough("nginx-defaults");
    assertThat(answer.header("Host")).isEqualTo("127.0.0.1:" + endpoint.address().getPort());
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(answer.head().toLowerCase(Locale.ROOT)).contains("server: nginx\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "aws-classic-http, X-Forwarded-For, 127\\.0\\.0\\.1",
    "aws-classic-http, X-Forwarded-Proto, http",
    "aws-alb, X-Amzn-Trace-Id, Root=1-[0-9a-f]{8}-[0-9a-f]{24}",
    "nginx, X-Real-IP, 127\\.0\\.0\\.1",
    "haproxy, x-forwarded-for, 127\\.0\\.0\\.1",
    "cloudflare, CF-Ray, [0-9a-f]{16}-[A-Z]{3}",
    "cloudflare, CF-Connecting-IP, 127\\.0\\.0\\.1",
    "envoy-no-upgrade, x-request-id, [0-9a-f-]{36}",
    "connect-proxy, Via, .*squid.*",
    "tls-intercept, Via, 1.1 tls-intercept",
  })
  void product_leavesItsMark(String hop, String header, String value) throws Exception {
    try (HopChain chain = chain(hop);
        Visitor visitor = Visitor.at(chain.address())) {
      assertThat(visitor.get("/what").header(header)).matches(value);
    }
  }

  @Test
  void awsAlb_addsItselfToATraceThatHasBegun() throws Exception {
    try (HopChain chain = chain("aws-alb");
        Visitor visitor = Visitor.at(chain.address())) {
      Answer answer = visitor.get("/what", "X-Amzn-Trace-Id: Root=1-00000000-1");
      assertThat(answer.header("X-Amzn-Trace-Id"))
          .matches("Self=1-[0-9a-f-]{33};Root=1-00000000-1");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "envoy-no-upgrade, 403, server: envoy",
    "redirect-slash, 301, location: /tunnel/v1/acme/",
    "redirect-https, 301, location: https://penstock.example/tunnel/v1/acme",
    "login-page, 200, content-type: text/html",
    "login-page=redirect, 302, location: /login?rd=/tunnel/v1/acme",
    "sso-401, 401, www-authenticate: negotiate",
    "bad-gateway, 502, content-type: text/html",
    "waf-403, 403, content-type: text/html",
    "not-found, 404, content-type: text/plain",
    "rate-limit-429, 429, retry-after: 30",
    "connect-refused, 403, x-squid-error: err_access_denied 0",
  })
  void hopThatAnswersItself_saysSoInItsOwnWords(String hop, int status, String header)
      throws Exception {
    Answer answer = upgradeThrough(hop);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.head().toLowerCase(Locale.ROOT)).contains(header);
    assertThat(answer.body()).doesNotContain("penstock-endpoint");
  }

  @Test
  void strip_takesOneHeaderOffAndLeavesTheOthers() throws Exception {
    try (HopChain chain = chain("strip=Sec-WebSocket-Protocol", "drop-upgrade");
        Visitor visitor = Visitor.at(chain.address())) {
      Answer answer = visitor.upgrade();
      assertThat(answer.header("Sec-WebSocket-Protocol")).isNull();
      assertThat(answer.header("Authorization")).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"idle=100ms", "lifetime=300ms"})
  void hopWithALimitOfTime_endsAnIdleWebSocketWithoutAWord(String hop) throws Exception {
    try (HopChain chain = chain(hop);
        Visitor visitor = Visitor.at(chain.address())) {
      assertThat(visitor.upgrade().status()).isEqualTo(101);
      assertThat(visitor.readBytesToEnd()).isEmpty();
    }
  }

  @Test
  void idle_answersGatewayTimeoutWhenTheServerSaysNothing() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        HopChain chain =
            HopChain.start(
                (InetSocketAddress) silent.getLocalSocketAddress(), Hops.parse("idle=100ms"));
        Visitor visitor = Visitor.at(chain.address())) {
      assertThat(visitor.upgrade().status()).isEqualTo(504);
    }
  }

  @Test
  void lifetime_isNotProlongedByTraffic() throws Exception {
    try (HopChain chain = chain("lifetime=500ms");
        Visitor visitor = Visitor.at(chain.address())) {
      assertThat(visitor.upgrade().status()).isEqualTo(101);
      long begun = System.nanoTime();
      assertThatThrownBy(
              () -> {
                while (true) {
                  expectEcho(visitor, 1000);
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void messageLimit_closesWithItsCodeWhatIsLarger() throws Exception {
    try (HopChain chain = chain("message-limit=64KiB");
        Visitor visitor = Visitor.at(chain.address())) {
      assertThat(visitor.upgrade().status()).isEqualTo(101);
      expectEcho(visitor, 64 * 1024);
      visitor.sendBinary(random(64 * 1024 + 1));
      Visitor.Frame closed = visitor.readFrame();
      assertThat(closed.opcode()).isEqualTo(CLOSE);
      assertThat(closed.closeCode()).isEqualTo(1009);
    }
  }

  @Test
  void buffer_keepsBytesUntilThereAreEnough() throws Exception {
    try (HopChain chain = chain("buffer=4KiB");
        Visitor visitor = Visitor.at(chain.address())) {
      assertThat(visitor.upgrade().status()).isEqualTo(101);
      visitor.sendBinary(random(1000)); // is held; only with what follows it is enough
      visitor.sendBinary(random(4000));
      assertThat(visitor.readFrame().payload()).isEqualTo(random(1000));
      assertThat(visitor.readFrame().payload()).isEqualTo(random(4000));
    }
  }

  @Test
  void swallowFrames_passesTheUpgradeAndNothingElse() throws Exception {
    try (HopChain chain = chain("lifetime=500ms", "swallow-frames");
        Visitor visitor = Visitor.at(chain.address())) {
      assertThat(visitor.upgrade().status()).isEqualTo(101);
      visitor.sendBinary(random(1000));
      assertThat(visitor.readBytesToEnd()).isEmpty(); // when the other hop's time is up
    }
  }

  @Test
  void blackHole_takesRequestsAndSaysNothing() throws Exception {
    try (HopChain chain = chain("idle=300ms", "black-hole");
        Visitor visitor = Visitor.at(chain.address())) {
      assertThat(visitor.upgrade().status()).isEqualTo(504); // said by the hop before it
    }
  }

  @Test
  void http2Only_answersHttp1InFramesAndHangsUp() throws Exception {
    try (HopChain chain = chain("http2-only");
        Visitor visitor = Visitor.at(chain.address())) {
      visitor.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
      byte[] got = visitor.readBytesToEnd();
      int settings = 4;
      int goAway = 7;
      assertThat((int) got[3]).isEqualTo(settings);
      assertThat(new String(got, ISO_8859_1)).doesNotContain("HTTP/1.1 200");
      int firstLength = got[2] & 0xff;
      assertThat((int) got[9 + firstLength + 3]).isEqualTo(goAway);
    }
  }

  @Test
  void http2Only_passesWhatComesInItsOwnProtocol() throws Exception {
    try (HopChain chain = chain("http2-only");
        Http2Visitor visitor = Http2Visitor.at(chain.address())) {
      Http2Visitor.Answer answer = visitor.get("/what?q=1");
      assertThat(answer.status()).isEqualTo(200);
      JsonObject arrived = answer.arrived();
      assertThat(arrived.get("version").getAsString()).isEqualTo("HTTP/1.1");
      assertThat(arrived.get("path").getAsString()).isEqualTo("/what");
      assertThat(arrived.getAsJsonArray("headers").toString())
          .containsIgnoringCase("\"host\"")
          .doesNotContainIgnoringCase("x-http2-");
      assertThat(visitor.get("/again").arrived().get("path").getAsString()).isEqualTo("/again");
    }
  }

  @Test
  void tlsIntercept_speaksTlsToAServerThatItTrusts(@TempDir Path directory) throws Exception {
    TestAuthority authority = TestAuthority.create(directory);
    TestIdentity identity = authority.issue();
    try (EndpointServer secure =
        EndpointServer.startTls(anyPort(), identity.certificate(), identity.key())) {
      try (HopChain chain = inFrontOf(secure, "tls-intercept=" + authority.certificate())) {
        HttpResponse<String> answer = askByTls(chain);
        JsonObject body = JsonParser.parseString(answer.body()).getAsJsonObject();
        assertThat(body.getAsJsonObject("arrived").get("tls").getAsBoolean()).isTrue();
        assertThat(body.toString()).contains("1.1 tls-intercept");
        assertThat(issuer(answer)).contains("Penstock Hop TLS Inspection CA");
      }
      try (HopChain chain = inFrontOf(secure, "tls-intercept")) {
        assertThat(askByTls(chain).statusCode()).isEqualTo(502); // Java's authorities know it not
      }
    }
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static HopChain inFrontOf(EndpointServer server, String hop) throws IOException {
    return HopChain.start(server.address(), Hops.parse(hop));
  }

  /** By a client that trusts the hop, as machines behind such a proxy do. */
  private static HttpResponse<String> askByTls(HopChain chain) throws Exception {
    String line = chain.describe().get(0);
    Path authority = Path.of(line.substring(line.indexOf(": /") + 2, line.length() - 1));
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(authority)) {
      Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
      trusted.setCertificateEntry("hop", certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    URI url = URI.create("https://localhost:" + chain.address().getPort() + "/what");
    return HttpClient.newBuilder()
        .sslContext(tls)
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(HttpRequest.newBuilder(url).timeout(Visitor.BOUND).build(), BodyHandlers.ofString());
  }

  private static String issuer(HttpResponse<String> answer) throws Exception {
    Certificate[] chain = answer.sslSession().orElseThrow().getPeerCertificates();
    return ((X509Certificate) chain[0]).getIssuerX500Principal().getName();
  }

  @Test
  void cloudflare_givesRequestAndAnswerOneRay() throws Exception {
    try (HopChain chain = chain("cloudflare");
        Visitor visitor = Visitor.at(chain.address())) {
      Answer answer = visitor.get("/what");
      String ray = answer.header("CF-Ray");
      assertThat(ray).isNotNull();
      assertThat(answer.head().lines()).anyMatch(line -> line.equalsIgnoreCase("cf-ray: " + ray));
    }
  }

  @Test
  void cloudflare_givesItsOwnErrorTheRayOfTheRequest() throws Exception {
    try (ServerSocket origin = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        HopChain chain =
            HopChain.start(
                (InetSocketAddress) origin.getLocalSocketAddress(), Hops.parse("cloudflare"));
        Visitor visitor = Visitor.at(chain.address())) {
      origin.setSoTimeout((int) Visitor.BOUND.toMillis());
      visitor.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
      String ray;
      try (Socket accepted = origin.accept()) {
        BufferedReader head =
            new BufferedReader(new InputStreamReader(accepted.getInputStream(), ISO_8859_1));
        ray = head.lines().filter(line -> line.startsWith("CF-Ray: ")).findFirst().orElseThrow();
      }
      assertThat(visitor.readHead()).startsWith("HTTP/1.1 521").containsIgnoringCase(ray);
    }
  }

  @Test
  void connectProxy_wantsItsUserAndThenPassesBytes() throws Exception {
    String pair = Base64.getEncoder().encodeToString("ann:secret".getBytes(ISO_8859_1));
    try (HopChain chain = chain("connect-proxy=ann:secret")) {
      assertThat(chain.describe().toString()).contains("connect-proxy").doesNotContain("secret");
      try (Visitor visitor = Visitor.at(chain.address())) {
        Answer refused = visitor.ask("CONNECT far:443 HTTP/1.1", "Host: far:443");
        assertThat(refused.status()).isEqualTo(407);
        assertThat(refused.head().toLowerCase(Locale.ROOT)).contains("proxy-authenticate: basic");
      }
      try (Visitor visitor = Visitor.at(chain.address())) {
        Answer through =
            visitor.ask(
                "CONNECT far:443 HTTP/1.1", "Host: far:443", "Proxy-Authorization: Basic " + pair);
        assertThat(through.status()).isEqualTo(200);
        assertThat(visitor.upgrade().status()).isEqualTo(101);
        expectEcho(visitor, 200_000);
      }
    }
  }

  @Test
  void chainOfThree_leavesTheMarksOfAll() throws Exception {
    try (HopChain chain = chain("cloudflare", "aws-alb", "nginx");
        Visitor visitor = Visitor.at(chain.address())) {
      Answer answer = visitor.get("/what");
      assertThat(answer.header("CF-Ray")).isNotNull();
      assertThat(answer.header("X-Amzn-Trace-Id")).isNotNull();
      assertThat(answer.header("X-Forwarded-For")).isEqualTo("127.0.0.1, 127.0.0.1, 127.0.0.1");
      assertThat(chain.describe())
          .satisfiesExactly(
              line -> assertThat(line).matches("hop 1 cloudflare 127.0.0.1:\\d+ → 127.0.0.1:\\d+"),
              line -> assertThat(line).startsWith("hop 2 aws-alb 127.0.0.1:"),
              line -> assertThat(line).endsWith("→ 127.0.0.1:" + endpoint.address().getPort()));
    }
  }

  @Test
  void chainOfThree_passesAWebSocket() throws Exception {
    try (HopChain chain = chain("cloudflare", "haproxy", "nginx");
        Visitor visitor = Visitor.at(chain.address())) {
      assertThat(visitor.upgrade().status()).isEqualTo(101);
      expectEcho(visitor, 1_000_000);
    }
  }

  @Test
  void chainOfThree_isAsGoodAsItsWorst() throws Exception {
    Answer answer = upgradeThrough("cloudflare", "aws-classic-http", "nginx");
    assertThat(answer.status()).isEqualTo(426);
    assertThat(answer.header("Upgrade")).isNull();
    assertThat(answer.header("CF-Ray")).isNotNull();
  }

  @Test
  void hopWithoutAServer_answersBadGatewayAsItsProductDoes() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = (InetSocketAddress) closed.getLocalSocketAddress();
    }
    try (HopChain chain = HopChain.start(nobody, Hops.parse("aws-alb"));
        Visitor visitor = Visitor.at(chain.address())) {
      Answer answer = visitor.upgrade();
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.head()).containsIgnoringCase("server: awselb/2.0");
    }
  }

  @Test
  void tlsIntercept_removesItsFilesWhenItEnds() throws Exception {
    HopChain chain = chain("tls-intercept");
    String line = chain.describe().get(0);
    Path authority = Path.of(line.substring(line.indexOf(": /") + 2, line.length() - 1));
    assertThat(authority).exists();
    chain.close();
    assertThat(Files.exists(authority)).isFalse();
  }

  @Test
  void close_endsWhatGoesThroughIt() throws Exception {
    HopChain chain = chain("nginx", "haproxy");
    try (Visitor visitor = Visitor.at(chain.address())) {
      assertThat(visitor.upgrade().status()).isEqualTo(101);
      chain.close();
      assertThat(visitor.readBytesToEnd()).isEmpty();
      InetSocketAddress gone = chain.address();
      assertThatThrownBy(() -> new Socket(gone.getAddress(), gone.getPort()))
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "apache, 'is no hop; there are: aws-classic-http, aws-alb'",
    "idle, 'needs a time, as 60s'",
    "idle=soon, 'must be a number with'",
    "buffer=big, 'is no size'",
    "strip=, 'needs the header to take off'",
    "nginx=1, 'takes no value'",
    "connect-proxy=ann, 'as USER:PASSWORD'",
    "tls-intercept=/nowhere.pem, 'no file of certificates to trust'",
  })
  void nameThatMakesNoSense_isRefusedWithWhatDoes(String name, String expected) {
    assertThatThrownBy(() -> Hops.parse(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(expected);
  }
}
