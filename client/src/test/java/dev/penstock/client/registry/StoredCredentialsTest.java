package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.blobPath;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import dev.penstock.client.credentials.AuthFiles;
import dev.penstock.client.credentials.CredentialOptions;
import dev.penstock.client.credentials.CredentialStore;
import dev.penstock.client.credentials.RegistryHost;
import dev.penstock.client.names.Digest;
import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.auth.StoredCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registries read with what a file of Docker's kind has for them. */
final class StoredCredentialsTest extends ReaderFixture {
  @TempDir Path directory;
  private final byte[] content = bytes(10_000);
  private @Nullable CredentialStore store;

  @AfterEach
  void closeStore() {
    if (store != null) {
      store.close();
    }
  }

  @Test
  void userAndPassword_areShownWhenTheRegistryAsks() throws Exception {
    Digest digest = registry.blob(content);
    basicOnly(digest, "ann:right");
    RegistryReader reader = readerWith(auth("ann:right"));
    assertThat(Collected.all(get(reader.blob(REPOSITORY, digest, BlobRange.WHOLE))))
        .isEqualTo(content);
  }

  @Test
  void replacedPassword_isUsedWithoutARestart() throws Exception {
    Digest digest = registry.blob(content);
    basicOnly(digest, "ann:right");
    RegistryReader reader = readerWith(auth("ann:wrong"));
    Throwable failure = catchThrowable(() -> get(reader.stat(REPOSITORY, digest)));
    assertThat(cause(failure).kind()).isEqualTo(Kind.DENIED);
    assertThat(cause(failure)).hasMessageNotContaining("config.json");
    assertThat(cause(failure))
        .rootCause()
        .hasMessageContaining("config.json")
        .hasMessageNotContaining("wrong");
    Files.writeString(file(), auth("ann:right"));
    assertThat(get(reader.stat(REPOSITORY, digest)).size()).isEqualTo(content.length);
  }

  @Test
  void identityToken_buysAnAccessToken() throws Exception {
    Digest digest = registry.blob(content);
    BlockingQueue<String> forms = new LinkedBlockingQueue<>();
    HttpServer tokens = tokenServer(forms);
    try {
      bearerOnly(digest, "http://127.0.0.1:" + tokens.getAddress().getPort() + "/token");
      RegistryReader reader =
          readerWith("{\"auths\":{\"%s\":{\"identitytoken\":\"hush+refresh\"}}}".formatted(host()));
      assertThat(Collected.all(get(reader.blob(REPOSITORY, digest, BlobRange.WHOLE))))
          .isEqualTo(content);
      assertThat(forms.poll(20, TimeUnit.SECONDS))
          .startsWith("POST ")
          .contains(
              "grant_type=refresh_token",
              "refresh_token=hush%2Brefresh",
              "scope=repository%3Ateam%2Fapp%3Apull");
      assertThat(forms).as("one token for all requests").isEmpty();
    } finally {
      tokens.stop(0);
    }
  }

  @Test
  void withdrawnPassword_isNotSentAgain() throws Exception {
    Digest digest = registry.blob(content);
    basicOnly(digest, "ann:right");
    RegistryReader reader = readerWith(auth("ann:right"));
    get(reader.stat(REPOSITORY, digest));
    int before = registry.requests().size();
    Files.writeString(file(), "{}");
    Throwable failure = catchThrowable(() -> get(reader.stat(REPOSITORY, digest)));
    assertThat(cause(failure).kind()).isEqualTo(Kind.DENIED);
    assertThat(registry.requests().subList(before, registry.requests().size()))
        .isNotEmpty()
        .allMatch(request -> request.header("Authorization") == null);
  }

  @Test
  void tokenOfReplacedCredentials_isBoughtAnewWithTheNewOnes() throws Exception {
    Digest digest = registry.blob(content);
    BlockingQueue<String> forms = new LinkedBlockingQueue<>();
    HttpServer tokens = tokenServer(forms);
    try {
      bearerOnly(digest, "http://127.0.0.1:" + tokens.getAddress().getPort() + "/token");
      RegistryReader reader = readerWith(identity("first"));
      get(reader.stat(REPOSITORY, digest));
      Files.writeString(file(), identity("second"));
      get(reader.stat(REPOSITORY, digest));
      assertThat(forms.poll(20, TimeUnit.SECONDS)).contains("refresh_token=first");
      assertThat(forms.poll(20, TimeUnit.SECONDS)).contains("refresh_token=second");
    } finally {
      tokens.stop(0);
    }
  }

  private String identity(String token) {
    return "{\"auths\":{\"%s\":{\"identitytoken\":\"%s\"}}}".formatted(host(), token);
  }

  @Test
  void brokenFile_isForTheCustomersLogAndNotForCallers() throws Exception {
    Digest digest = registry.blob(content);
    basicOnly(digest, "ann:right");
    RegistryReader reader =
        readerWith("{\"credHelpers\":{\"%s\":\"none-such\"}}".formatted(host()));
    Throwable failure = catchThrowable(() -> get(reader.stat(REPOSITORY, digest)));
    assertThat(cause(failure).kind()).isEqualTo(Kind.DENIED);
    assertThat(cause(failure))
        .hasMessageContaining("the client's log says more")
        .hasMessageNotContaining("none-such");
  }

  private void basicOnly(Digest digest, String pair) {
    String right = "Basic " + base64(pair);
    registry.on(
        blobPath(digest),
        (request, out) -> {
          if (right.equals(request.header("Authorization"))) {
            registry.serve(request, out);
          } else {
            reply(out, 401, Map.of("WWW-Authenticate", "Basic realm=x"), new byte[0]);
          }
        });
  }

  private void bearerOnly(Digest digest, String realm) {
    registry.on(
        blobPath(digest),
        (request, out) -> {
          if ("Bearer access".equals(request.header("Authorization"))) {
            registry.serve(request, out);
          } else {
            String challenge = "Bearer realm=\"%s\",service=\"s\"".formatted(realm);
            reply(out, 401, Map.of("WWW-Authenticate", challenge), new byte[0]);
          }
        });
  }

  private static HttpServer tokenServer(BlockingQueue<String> forms) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/token",
        exchange -> {
          String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          forms.add(exchange.getRequestMethod() + " " + form);
          byte[] answer = "{\"access_token\":\"access\",\"expires_in\":300}".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  private RegistryReader readerWith(String json) throws IOException {
    Files.writeString(file(), json);
    store = CredentialStore.open(AuthFiles.of(file()), CredentialOptions.DEFAULTS, Map.of());
    return new RegistryReader(
        new RegistryEndpoint("main", registry.uri(), null),
        new StoredCredentials(Objects.requireNonNull(store), RegistryHost.of(registry.uri())),
        OPTIONS,
        transport);
  }

  private Path file() {
    return directory.resolve("config.json");
  }

  private String auth(String pair) {
    return "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(host(), base64(pair));
  }

  private String host() {
    return "127.0.0.1:" + registry.uri().getPort();
  }

  private static String base64(String pair) {
    return Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }
}
