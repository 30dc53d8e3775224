package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.client.names.Digest;
import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.http.HttpOptions;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.Reach;
import dev.penstock.tunnel.connection.ClientTls;
import dev.penstock.tunnel.connection.Proxy;
import dev.penstock.tunnel.connection.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A registry that only a proxy can reach. */
final class RegistryProxyTest extends ReaderFixture {
  private static final URI ELSEWHERE = URI.create("http://registry.invalid:5000");

  private final byte[] content = bytes(100_000);

  @Test
  void plainRegistry_isAskedForInAbsoluteFormWithTheProxysPassword() throws Exception {
    Digest digest = Digest.of(content);
    CompletableFuture<String> authorization = new CompletableFuture<>();
    registry.on(
        "/v2/team/app/blobs/" + digest,
        (request, out) -> {
          assertThat(request.target()).startsWith(ELSEWHERE + "/v2/");
          authorization.complete(request.header("Proxy-Authorization"));
          reply(out, 200, Map.of(), content);
        });
    try (HttpTransport through = through(Proxy.http(address(), "ann", "hush"))) {
      assertThat(read(through, digest)).isEqualTo(content);
    }
    String pair = Base64.getEncoder().encodeToString("ann:hush".getBytes(UTF_8));
    assertThat(authorization.get(20, TimeUnit.SECONDS)).isEqualTo("Basic " + pair);
  }

  @Test
  void socksProxy_isAskedForTheNameOfTheRegistry() throws Exception {
    Digest digest = registry.blob(content);
    try (FakeSocks socks = new FakeSocks(address());
        HttpTransport through =
            through(new Proxy(Proxy.Protocol.SOCKS5, socks.address(), null, null))) {
      assertThat(read(through, digest)).isEqualTo(content);
      assertThat(socks.asked.get(20, TimeUnit.SECONDS)).isEqualTo("registry.invalid:5000");
    }
  }

  @Test
  void proxyThatWantsAPassword_isNamedAsTheProxy() throws Exception {
    try (FakeHttpServer proxy = new FakeHttpServer((request, out) -> reply407(out));
        HttpTransport through = through(Proxy.http(address(proxy.uri()), null, null))) {
      URI secure = URI.create("https://registry.invalid");
      RegistryReader at =
          new RegistryReader(new RegistryEndpoint("main", secure, null), OPTIONS, through);
      Throwable failure = catchThrowable(() -> get(at.stat(REPOSITORY, Digest.of(content))));
      assertThat(cause(failure).kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(cause(failure))
          .hasMessageContaining("the proxy on the way to the registry")
          .hasMessageContaining("it wants a user and a password");
    }
  }

  private static void reply407(OutputStream out) throws IOException {
    reply(out, 407, Map.of("Proxy-Authenticate", "Basic realm=x"), new byte[0]);
  }

  private InetSocketAddress address() {
    return address(registry.uri());
  }

  private static InetSocketAddress address(URI uri) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), uri.getPort());
  }

  private static HttpTransport through(Proxy proxy) throws IOException {
    Duration patience = Duration.ofSeconds(10);
    return new HttpTransport(
        new HttpOptions(
            patience,
            patience,
            patience,
            3,
            new Reach(TlsFiles.dialling(ClientTls.DEFAULTS), origin -> null, origin -> proxy)));
  }

  private static byte[] read(HttpTransport through, Digest digest) throws Exception {
    RegistryReader at =
        new RegistryReader(new RegistryEndpoint("main", ELSEWHERE, null), OPTIONS, through);
    return Collected.all(get(at.blob(REPOSITORY, digest, BlobRange.WHOLE)));
  }

  /** Takes any client (RFC 1928), and connects each to the same place. */
  private static final class FakeSocks implements AutoCloseable {
    final CompletableFuture<String> asked = new CompletableFuture<>();
    private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final InetSocketAddress target;

    FakeSocks(InetSocketAddress target) throws IOException {
      this.target = target;
      new Thread(this::serve, "fake-socks").start();
    }

    InetSocketAddress address() {
      return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void serve() {
      try (Socket client = listener.accept();
          Socket far = new Socket(target.getAddress(), target.getPort())) {
        InputStream in = client.getInputStream();
        OutputStream out = client.getOutputStream();
        in.readNBytes(1);
        in.readNBytes(in.read());
        out.write(new byte[] {5, 0});
        in.readNBytes(4);
        String host = new String(in.readNBytes(in.read()), UTF_8);
        asked.complete(host + ":" + ((in.read() << 8) | in.read()));
        out.write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        Thread back = new Thread(() -> copy(far, client), "fake-socks-back");
        back.start();
        copy(client, far);
        back.join();
      } catch (IOException e) {
        asked.completeExceptionally(e); // closed
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void copy(Socket from, Socket to) {
      try {
        from.getInputStream().transferTo(to.getOutputStream());
        to.shutdownOutput();
      } catch (IOException e) {
        // The other direction sees it, too.
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
