package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeRegistry.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.http.Explanation;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.TestTransport;
import dev.penstock.tunnel.connection.ClientTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A registry behind TLS, with a certificate that keytool makes for the test. */
@Timeout(60)
final class TlsTest {
  private static final String PASSWORD = "changeit";
  private static final byte[] CONTENT = bytes(4_000_000);

  @TempDir Path directory;
  private ExecutorService threads;
  private HttpsServer server;

  @BeforeEach
  void start() throws Exception {
    KeyStore keys = makeKeys();
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    threads = Executors.newCachedThreadPool();
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.setExecutor(threads);
    server.createContext("/v2/team/app/blobs/", TlsTest::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void trustedCertificate_isReadWhole() throws Exception {
    try (HttpTransport transport = transport(new ClientTls(pem(), null, null))) {
      for (int i = 0; i < 3; i++) {
        assertThat(read(transport)).isEqualTo(CONTENT);
      }
    }
  }

  @Test
  void unknownCertificate_isRefused() throws IOException {
    try (HttpTransport transport = transport(ClientTls.DEFAULTS)) {
      Throwable failure = catchThrowable(() -> read(transport));
      assertThat(failure.getCause())
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
          .hasMessageEndingWith("the certificate is not from a trusted authority");
      assertThat(Explanation.of(Objects.requireNonNull(failure.getCause())))
          .contains("TLS with https://127.0.0.1:");
    }
  }

  @Test
  void certificateOfAnotherHost_isNamedToTheCustomerAlone() throws Exception {
    try (HttpTransport transport = transport(new ClientTls(pem(), null, null))) {
      Throwable failure = catchThrowable(() -> read(transport, "localhost"));
      assertThat(failure.getCause())
          .hasMessageEndingWith("the certificate is for another host")
          .hasMessageNotContaining("localhost");
      assertThat(Explanation.of(Objects.requireNonNull(failure.getCause())))
          .contains("localhost", "give the certificate's name as the server name to ask for");
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, CONTENT.length);
      exchange.getResponseBody().write(CONTENT);
    }
  }

  private byte[] read(HttpTransport transport) throws Exception {
    return read(transport, "127.0.0.1");
  }

  private byte[] read(HttpTransport transport, String host) throws Exception {
    URI uri = URI.create("https://" + host + ":" + server.getAddress().getPort());
    RegistryReader reader =
        new RegistryReader(
            new RegistryEndpoint("main", uri, null), RegistryOptions.DEFAULTS, transport);
    BlobContent blob =
        reader
            .blob(new Repository("team/app"), Digest.of(CONTENT), BlobRange.WHOLE)
            .get(20, TimeUnit.SECONDS);
    return Collected.all(blob);
  }

  private static HttpTransport transport(ClientTls tls) throws IOException {
    Duration patience = Duration.ofSeconds(20);
    return new HttpTransport(TestTransport.options(patience, patience, patience, tls));
  }

  private Path keyStore() {
    return directory.resolve("keys.p12");
  }

  private KeyStore makeKeys() throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "registry",
                "-keyalg",
                "EC",
                "-validity",
                "2",
                "-dname",
                "CN=registry",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                keyStore().toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).isZero();
    return loadKeys();
  }

  private KeyStore loadKeys() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore())) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private Path pem() throws Exception {
    byte[] certificate = Objects.requireNonNull(loadKeys().getCertificate("registry")).getEncoded();
    String text = Base64.getMimeEncoder().encodeToString(certificate);
    return Files.writeString(
        directory.resolve("registry.pem"),
        "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n");
  }
}
