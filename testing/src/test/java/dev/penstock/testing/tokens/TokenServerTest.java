package dev.penstock.testing.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.penstock.testing.peers.DockerRegistry;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.RequiresPeer;
import dev.penstock.testing.peers.TestIdentity;
import dev.penstock.testing.registry.Credentials;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Its tokens, as the real registry takes them. */
@RequiresPeer(PeerBinary.DOCKER_REGISTRY)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenServerTest {
  private static final Credentials READER = new Credentials("reader", "a secret: with a colon");
  private static final String SCOPE = "repository:team/app:pull";

  @TempDir static Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private TestIdentity identity;

  @BeforeAll
  void makeIdentity() throws Exception {
    identity = TestIdentity.create(directory);
  }

  @Test
  void token_opensItsRepositoryAndNoOther() throws Exception {
    try (TokenServer tokens = TokenServer.forAnybody(identity);
        DockerRegistry registry = registry(tokens)) {
      HttpResponse<String> refused = list(registry, "team/app", "");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
          .startsWith("Bearer realm=\"" + tokens.realm().url() + "\"")
          .contains("scope=\"" + SCOPE + "\"");
      String token = token(buy(tokens, null), "token");
      // The registry knows no such repository, which it tells only those it lets in.
      assertThat(list(registry, "team/app", token).statusCode()).isEqualTo(404);
      assertThat(list(registry, "team/other", token).statusCode()).isEqualTo(401);
      assertThat(tokens.sold()).isEqualTo(1);
    }
  }

  @Test
  void token_thatIsTooOldIsRefused() throws Exception {
    try (TokenServer tokens = TokenServer.forAnybody(identity);
        DockerRegistry registry = registry(tokens)) {
      tokens.lifetime(Duration.ZERO, Duration.ofMinutes(5));
      HttpResponse<String> bought = buy(tokens, null);
      assertThat(bought.body()).contains("\"expires_in\":300");
      assertThat(list(registry, "team/app", token(bought, "token")).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void credentials_areWantedAndCounted() throws Exception {
    try (TokenServer tokens = TokenServer.forUser(identity, READER, "an identity token")) {
      assertThat(buy(tokens, null).statusCode()).isEqualTo(401);
      assertThat(buy(tokens, new Credentials("reader", "wrong")).statusCode()).isEqualTo(401);
      assertThat(buy(tokens, new Credentials("stranger", "wrong")).statusCode()).isEqualTo(401);
      assertThat(buy(tokens, READER).statusCode()).isEqualTo(200);
      assertThat(tokens.sold()).isEqualTo(1);
      assertThat(tokens.refused()).isEqualTo(3);
      assertThat(tokens.usersSeen()).containsExactly("reader", "stranger");
    }
  }

  @Test
  void identityToken_buysAToken() throws Exception {
    try (TokenServer tokens = TokenServer.forUser(identity, READER, "an+identity/token");
        DockerRegistry registry = registry(tokens)) {
      String form = "grant_type=refresh_token&service=penstock-registry&scope=" + SCOPE;
      assertThat(post(tokens, form + "&refresh_token=another").statusCode()).isEqualTo(401);
      HttpResponse<String> bought = post(tokens, form + "&refresh_token=an%2Bidentity%2Ftoken");
      String token = token(bought, "access_token");
      assertThat(list(registry, "team/app", token).statusCode()).isEqualTo(404);
    }
  }

  private static DockerRegistry registry(TokenServer tokens) throws Exception {
    return DockerRegistry.builder(directory).tokens(tokens.realm()).start();
  }

  private HttpResponse<String> buy(TokenServer tokens, @Nullable Credentials shown)
      throws Exception {
    String query = "?service=" + tokens.realm().service() + "&scope=" + SCOPE;
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(tokens.realm().url() + query));
    if (shown != null) {
      request.header("Authorization", shown.authorization());
    }
    return send(request);
  }

  private HttpResponse<String> post(TokenServer tokens, String form) throws Exception {
    return send(
        HttpRequest.newBuilder(tokens.realm().url())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form, UTF_8)));
  }

  private HttpResponse<String> list(DockerRegistry registry, String repository, String token)
      throws Exception {
    URI uri = URI.create(registry.url() + "/v2/" + repository + "/manifests/none");
    return send(HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString(UTF_8));
  }

  private static String token(HttpResponse<String> answer, String member) {
    return JsonParser.parseString(answer.body()).getAsJsonObject().get(member).getAsString();
  }
}
