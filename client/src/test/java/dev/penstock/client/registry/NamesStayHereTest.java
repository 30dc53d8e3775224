package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.client.Secret;
import dev.penstock.client.names.Digest;
import dev.penstock.client.network.ProxySettings;
import dev.penstock.client.registry.auth.BasicCredentials;
import dev.penstock.client.registry.http.Explanation;
import dev.penstock.client.registry.http.HttpOptions;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.Reach;
import dev.penstock.tunnel.connection.ClientTls;
import dev.penstock.tunnel.connection.Proxy;
import dev.penstock.tunnel.connection.TlsFiles;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Of whatever fails, callers learn no host, file or user of the customer's, only the registry's
 * name; the customer learns which it is.
 */
final class NamesStayHereTest extends ReaderFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final URI ELSEWHERE = URI.create("http://registry.invalid:5000");
  private static final Digest DIGEST = Digest.of(new byte[] {1});
  private static final Map<String, Scene> SCENES = scenes();

  @TempDir Path home;

  /** A way to fail; what the customer is to be told of it. */
  private interface Scene {
    Failed play(NamesStayHereTest test) throws Exception;
  }

  private record Failed(RegistryException failure, String hidden) {}

  static Iterable<String> names() {
    return SCENES.keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void failure_tellsCallersNoNamesAndTheCustomerAll(String scene) throws Exception {
    Failed failed = Objects.requireNonNull(SCENES.get(scene)).play(this);
    assertThat(failed.failure)
        .hasMessageStartingWith("blob team/app@" + DIGEST + " of registry 'main': ")
        .message()
        .doesNotContain("127.0.0.1", "localhost", ".invalid", "://", "zoe", home.toString())
        .doesNotContain(String.valueOf(registry.uri().getPort()));
    assertThat(Explanation.of(failed.failure)).contains(failed.hidden);
  }

  private static Map<String, Scene> scenes() {
    Map<String, Scene> scenes = new LinkedHashMap<>();
    addConnections(scenes);
    addProxies(scenes);
    addRedirects(scenes);
    addCredentials(scenes);
    addAnswers(scenes);
    return scenes;
  }

  private static void addConnections(Map<String, Scene> scenes) {
    scenes.put("nobody listens", test -> test.at(unused(), "Connection refused"));
    scenes.put("name unknown", test -> test.at(ELSEWHERE, "registry.invalid"));
    scenes.put(
        "no TLS", test -> test.at(secure(test.registry.uri()), test.registry.uri().getAuthority()));
  }

  private static void addProxies(Map<String, Scene> scenes) {
    scenes.put(
        "proxy's password unreadable",
        test -> {
          Path absent = test.home.resolve("absent");
          return test.through(test.proxy(test.registry.uri(), "zoe", absent), ELSEWHERE, "absent");
        });
    scenes.put(
        "proxy unreachable",
        test -> {
          URI nobody = unused();
          return test.through(test.proxy(nobody, null, null), ELSEWHERE, nobody.getHost());
        });
    for (URI registry : new URI[] {ELSEWHERE, secure(ELSEWHERE)}) {
      for (int status : new int[] {407, 403}) {
        scenes.put(
            "proxy answers %d on the way to %s".formatted(status, registry),
            test -> test.throughAnswering(status, registry));
      }
    }
  }

  private Failed throughAnswering(int status, URI to) throws Exception {
    registry.gate(
        (request, out) ->
            reply(out, status, Map.of("Proxy-Authenticate", "Basic realm=x"), new byte[0]));
    boolean isForwarded403 = status == 403 && to.getScheme().equals("http");
    return through(
        proxy(registry.uri(), null, null), to, isForwarded403 ? "(403)" : "registry.invalid");
  }

  private static void addRedirects(Map<String, Scene> scenes) {
    for (String location :
        new String[] {"ftp://store.invalid/x", "http://zoe@store.invalid/x", "http://store|x"}) {
      scenes.put(
          "redirect to " + location,
          test -> test.redirected(location, test.registry.uri().getAuthority()));
    }
    scenes.put("redirect without end", test -> test.redirected("", test.registry.uri().toString()));
    scenes.put(
        "redirect to nowhere", test -> test.redirected("http://store.invalid/x", "store.invalid"));
    scenes.put(
        "store refuses",
        test -> {
          try (FakeHttpServer store = new FakeHttpServer((request, out) -> reply(out, 403))) {
            return test.redirected(store.uri() + "/x", "the store is " + store.uri());
          }
        });
  }

  private Failed redirected(String location, String hidden) {
    registry.on(
        FakeRegistry.blobPath(DIGEST),
        (request, out) ->
            reply(
                out,
                307,
                Map.of("Location", location.isEmpty() ? request.target() : location),
                new byte[0]));
    return at(registry.uri(), hidden);
  }

  private static void addCredentials(Map<String, Scene> scenes) {
    scenes.put("password refused", test -> test.challenged("Basic realm=x", "user 'zoe'"));
    scenes.put("unknown challenge", test -> test.challenged("Negotiate", "negotiate"));
    scenes.put(
        "password unreadable",
        test -> {
          test.challenge("Basic realm=x");
          return test.with(Secret.inFile(test.home.resolve("absent")), "absent");
        });
    for (String realm : new String[] {"http://a|b", "ftp://tokens.invalid/"}) {
      scenes.put(
          "token server at " + realm,
          test -> test.challenged(realm(realm), test.registry.uri().getAuthority()));
    }
    scenes.put(
        "token server unknown",
        test -> test.challenged(realm("http://tokens.invalid/"), "tokens.invalid"));
    for (int status : new int[] {200, 307, 401, 503}) {
      scenes.put(
          "token server answers " + status,
          test ->
              test.challenged(
                  realm(test.registry.uri() + "/tokens/" + status),
                  status == 307 ? "elsewhere.invalid" : test.registry.uri().toString()));
    }
  }

  private static String realm(String uri) {
    return "Bearer realm=\"" + uri + "\"";
  }

  private void challenge(String challenge) {
    registry.gate(
        (request, out) -> {
          if (request.path().startsWith("/tokens/")) {
            int status = Integer.parseInt(request.path().substring("/tokens/".length()));
            Map<String, String> elsewhere = Map.of("Location", "http://elsewhere.invalid/");
            reply(out, status, elsewhere, "no token".getBytes(UTF_8));
          } else {
            reply(out, 401, Map.of("WWW-Authenticate", challenge), new byte[0]);
          }
        });
  }

  private Failed challenged(String challenge, String hidden) {
    challenge(challenge);
    return with(Secret.of("wrong"), hidden);
  }

  private static void addAnswers(Map<String, Scene> scenes) {
    for (int status : new int[] {400, 403, 404, 429, 500}) {
      scenes.put(
          "registry answers %d and names a user".formatted(status),
          test -> test.answered(status, "user 'zoe' may not"));
    }
    scenes.put("no HTTP", test -> test.raw("zoe at localhost\r\n\r\n", "not HTTP/1.1"));
    scenes.put("cut off", test -> test.raw("HTTP/1.1 200 OK\r\n", "Connection closed"));
    scenes.put(
        "silent within the body of a refusal",
        test -> test.raw("HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\n", "(404)"));
  }

  private Failed answered(int status, String says) {
    String body = "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"%s\"}]}".formatted(says);
    registry.gate((request, out) -> reply(out, status, Map.of(), body.getBytes(UTF_8)));
    return at(registry.uri(), says);
  }

  private Failed raw(String answer, String hidden) {
    registry.gate(
        (request, out) -> {
          out.write(answer.getBytes(UTF_8));
          out.flush();
          if (!answer.contains("Content-Length")) {
            throw new IOException("the end");
          }
        });
    return at(registry.uri(), hidden);
  }

  private Failed at(URI uri, String hidden) {
    return fails(new RegistryEndpoint("main", uri, null), transport, hidden);
  }

  private Failed with(Secret password, String hidden) {
    BasicCredentials zoe = new BasicCredentials("zoe", password);
    return fails(new RegistryEndpoint("main", registry.uri(), zoe), transport, hidden);
  }

  private Failed through(ProxySettings proxy, URI to, String hidden) throws IOException {
    Reach reach = new Reach(TlsFiles.dialling(ClientTls.DEFAULTS), origin -> null, origin -> proxy);
    try (HttpTransport through =
        new HttpTransport(new HttpOptions(PATIENCE, PATIENCE, PATIENCE, 3, reach))) {
      return fails(new RegistryEndpoint("main", to, null), through, hidden);
    }
  }

  private ProxySettings proxy(URI at, @Nullable String user, @Nullable Path password) {
    return new ProxySettings(
        Proxy.Protocol.HTTP,
        at.getHost(),
        at.getPort(),
        user,
        password == null ? null : Secret.inFile(password));
  }

  private static Failed fails(RegistryEndpoint endpoint, HttpTransport by, String hidden) {
    RegistryReader reader = new RegistryReader(endpoint, OPTIONS, by);
    return new Failed(
        cause(catchThrowable(() -> get(reader.blob(REPOSITORY, DIGEST, BlobRange.WHOLE)))), hidden);
  }

  private static URI secure(URI plain) {
    return URI.create(plain.toString().replaceFirst("http:", "https:"));
  }

  private static URI unused() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return URI.create("http://127.0.0.1:" + free.getLocalPort());
    }
  }
}
