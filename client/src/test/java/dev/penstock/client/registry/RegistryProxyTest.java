package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.client.Secret;
import dev.penstock.client.credentials.PasswordSource;
import dev.penstock.client.names.Digest;
import dev.penstock.client.network.ProxySettings;
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
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that only a proxy can reach. */
final class RegistryProxyTest extends ReaderFixture {
  private static final URI ELSEWHERE = URI.create("http://registry.invalid:5000");

  private static final int LONG = 30;

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
    try (HttpTransport through =
        through(settings(Proxy.Protocol.HTTP, address(), "ann", Secret.of("hush")))) {
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
            through(settings(Proxy.Protocol.SOCKS5, socks.address(), null, null))) {
      assertThat(read(through, digest)).isEqualTo(content);
      assertThat(socks.asked.get(20, TimeUnit.SECONDS)).isEqualTo("registry.invalid:5000");
    }
  }

  @Test
  void proxyThatWantsAPassword_isNamedAsTheProxy() throws Exception {
    try (FakeHttpServer proxy = new FakeHttpServer((request, out) -> reply407(out));
        HttpTransport through =
            through(settings(Proxy.Protocol.HTTP, address(proxy.uri()), null, null))) {
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

  @Test
  void proxysPasswordThatIsGone_failsAtOnceAndKeepsTheConnectionForItsReturn(@TempDir Path home)
      throws Exception {
    Path file = Files.writeString(home.resolve("proxy-password"), "hush");
    Digest digest = registry.blob(content);
    try (HttpTransport through =
        through(settings(Proxy.Protocol.HTTP, address(), "ann", Secret.inFile(file)))) {
      assertThat(read(through, digest)).isEqualTo(content);
      Files.delete(file);
      // Well before the header time-out, which is what an exchange that never began would end by.
      RegistryException gone =
          cause(catchThrowable(() -> opening(through, digest).get(LONG / 2, TimeUnit.SECONDS)));
      assertThat(gone.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(gone).rootCause().isInstanceOf(NoSuchFileException.class);
      Files.writeString(file, "hush");
      assertThat(read(through, digest)).isEqualTo(content);
    }
    assertThat(registry.server().connectionCount()).isEqualTo(1);
  }

  @Test
  void proxysPassword_isReadOnceARequestAndNotOnAnEventLoop() throws Exception {
    Digest digest = registry.blob(content);
    List<String> readers = new CopyOnWriteArrayList<>();
    PasswordSource watched =
        () -> {
          readers.add(Thread.currentThread().getName());
          return "hush";
        };
    try (HttpTransport through =
        through(settings(Proxy.Protocol.HTTP, address(), "ann", watched))) {
      read(through, digest);
    }
    assertThat(readers)
        .hasSize(registry.requests().size())
        .allMatch(name -> name.startsWith("penstock-registry-files"));
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

  private static ProxySettings settings(
      Proxy.Protocol protocol,
      InetSocketAddress at,
      @Nullable String user,
      @Nullable PasswordSource password) {
    return new ProxySettings(protocol, at.getHostString(), at.getPort(), user, password);
  }

  private static HttpTransport through(ProxySettings proxy) throws IOException {
    Duration patience = Duration.ofSeconds(LONG);
    return new HttpTransport(
        new HttpOptions(
            patience,
            patience,
            patience,
            3,
            new Reach(TlsFiles.dialling(ClientTls.DEFAULTS), origin -> null, origin -> proxy)));
  }

  private static byte[] read(HttpTransport through, Digest digest) throws Exception {
    return Collected.all(get(opening(through, digest)));
  }

  private static CompletableFuture<BlobContent> opening(HttpTransport through, Digest digest) {
    return new RegistryReader(new RegistryEndpoint("main", ELSEWHERE, null), OPTIONS, through)
        .blob(REPOSITORY, digest, BlobRange.WHOLE);
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
