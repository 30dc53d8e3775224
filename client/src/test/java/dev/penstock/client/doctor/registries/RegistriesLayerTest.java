package dev.penstock.client.doctor.registries;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.penstock.client.ClientConfig;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.MadeKeys;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.client.doctor.visit.Visits;
import dev.penstock.client.registry.FakeHttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A registry behind TLS, with certificates that keytool makes for the test. */
@Timeout(120)
final class RegistriesLayerTest {
  private static final InetSocketAddress ANYWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir Path directory;
  private final List<HttpServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  @Test
  void issuerThatWouldSteerATerminal_isShownWithoutThat() throws Exception {
    Line line = tls(secure("CN=evil\\1b[2J", "90"));
    assertThat(line.verdict()).isEqualTo(Verdict.PASS);
    assertThat(line.seen()).contains("CN=evil?[2J").doesNotContain("\u001b");
  }

  @Test
  void expiredCertificate_isToBeRenewed_andNoAuthorityToBeTrusted() throws Exception {
    Line line = tls(secure("CN=authority", "5"));
    assertThat(line.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(line.advice()).contains("renewed").doesNotContain("--registry-ca");
  }

  @Test
  void authorityThatIsNotKnown_isToBeGiven() throws Exception {
    secure("CN=authority", "90");
    assertThat(tls(null).advice()).contains("--registry-ca");
  }

  @Test
  void portWithoutTls_isNoQuestionOfAuthorities() throws Exception {
    try (FakeHttpServer plain = new FakeHttpServer((request, out) -> reply(out, 400))) {
      assertThat(tls(plain.uri().getPort(), null).advice())
          .contains("speak TLS")
          .doesNotContain("--registry-ca");
    }
  }

  /**
   * Begins one.
   *
   * @param days that its certificate is valid, from ten days ago on
   * @return the authority, which is valid
   */
  private X509Certificate secure(String authority, String days) throws Exception {
    MadeKeys keys = new MadeKeys(directory);
    X509Certificate root = keys.make("root", authority, "-ext", "bc:critical=ca:true");
    X509Certificate own = keys.make("registry", "CN=registry");
    String san = "san=ip:127.0.0.1";
    X509Certificate signed =
        keys.sign("registry", "root", "-ext", san, "-startdate", "-10d", "-validity", days);
    assertThat(signed.getPublicKey()).isEqualTo(own.getPublicKey());
    SSLContext context = MadeKeys.context(keys.store("registry", signed));
    HttpsServer secure = HttpsServer.create(ANYWHERE, 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(context));
    secure.createContext(
        "/v2/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    begin(secure);
    return root;
  }

  private void begin(HttpServer server) {
    server.start();
    servers.add(server);
  }

  /** The line about TLS. */
  private Line tls(@Nullable X509Certificate trusted) throws Exception {
    return tls(servers.get(0).getAddress().getPort(), trusted);
  }

  private Line tls(int port, @Nullable X509Certificate trusted) throws Exception {
    ClientConfig.Builder config =
        Visits.config("ws://127.0.0.1:1").registry("secure=https://127.0.0.1:" + port);
    if (trusted != null) {
      config.registryNetwork().ca(new MadeKeys(directory).pem(trusted));
    }
    return examine(config).stream()
        .filter(line -> line.subject().equals("secure tls"))
        .findFirst()
        .orElseThrow();
  }

  private static List<Line> examine(ClientConfig.Builder config)
      throws IOException, InterruptedException {
    try (RegistriesLayer layer = RegistriesLayer.begin(config.build(), Map.of(), null)) {
      return layer.examine(Visits.of(config));
    }
  }
}
