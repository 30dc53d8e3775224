package dev.penstock.client.doctor.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.penstock.client.ClientConfig;
import dev.penstock.client.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of secret that a client is told, and every way in which one may be written. */
final class RedactionTest {
  private static final String TOKEN = "the-tunnels-token-1";
  private static final String REGISTRY = "pw of/a registry+2";
  private static final String PROXY = "pw-of-the-proxy-3";
  private static final String VARIABLE = "p@ss:of-a-variable-4";
  private static final String IN_AUTHS = "pw-in-auths-5/\"+";
  private static final String PLAIN = "pw-in-plain-6";
  private static final String IDENTITY = "identity-token-7";
  private static final String OF_REGISTRY = "registry-token-8";
  private static final List<String> ALL =
      List.of(TOKEN, REGISTRY, PROXY, VARIABLE, IN_AUTHS, PLAIN, IDENTITY, OF_REGISTRY);

  @TempDir Path directory;

  @Test
  void everySecretOfAConfiguration_isKnown() throws IOException {
    assertThat(planted()).containsAll(ALL);
  }

  @Test
  void everyForm_isTakenOut() throws IOException {
    Redaction redaction = Redaction.of(planted());
    for (String secret : ALL) {
      for (String form : forms(secret)) {
        String text = redaction.byValue("before " + form + " behind");
        assertThat(text)
            .as("%s as %s", secret, form)
            .contains("before", "behind", Redaction.MARK)
            .doesNotContain(secret);
        assertThat(inBase64(text)).as("decoded").doesNotContain(secret);
      }
    }
  }

  private static List<String> forms(String secret) {
    String percent = URLEncoder.encode(secret, UTF_8);
    return List.of(
        secret,
        percent,
        percent.replace("+", "%20"),
        new Gson().toJson(secret),
        base64(secret),
        base64("u:" + secret),
        base64("me:" + secret),
        base64("ann:" + secret),
        Base64.getUrlEncoder().withoutPadding().encodeToString(("x:" + secret).getBytes(UTF_8)));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /** What anybody could read who decodes what is left. */
  private static String inBase64(String text) {
    StringBuilder decoded = new StringBuilder();
    for (String word : text.split("[^A-Za-z0-9+/=_-]+", -1)) {
      try {
        decoded.append(new String(Base64.getMimeDecoder().decode(word.replace('-', '+')), UTF_8));
      } catch (IllegalArgumentException e) {
        // no base64
      }
    }
    return decoded.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer hidden-value-9",
        "{\"Authorization\":\"Basic aGlkZGVuLXZhbHVlLTk=hidden-value-9\"}",
        "password=hidden-value-9&x=1",
        "\"registry-password\": \"hidden-value-9\"",
        "PENSTOCK_TOKEN: hidden-value-9",
        "https_proxy: http://ann:hidden-value-9@proxy:3128",
        "X-Api-Key: hidden-value-9",
        "X-Forwarded-Access-Token: hidden-value-9",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJoaWRkZW4ifQ.hidden-value-9",
        "-----BEGIN PRIVATE KEY-----\nhidden-value-9\n-----END PRIVATE KEY-----",
      })
  void whatGoesUnderTheNameOfASecret_isTakenOutUnknown(String text) {
    assertThat(Redaction.of(List.of()).all(text))
        .contains(Redaction.MARK)
        .doesNotContain("hidden-value-9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token-file: /etc/penstock/token",
        "PASS  token       12 ms  the server takes it for tunnel 'acme'",
        "registry-password-file: /run/secrets/password",
        "proxy_set_header Authorization $http_authorization;",
        "{\"layer\":\"token\",\"subject\":\"\"}",
        "server: wss://penstock.example:443/prefix",
      })
  void whatIsNoSecret_stays(String text) {
    assertThat(Redaction.of(List.of()).all(text)).isEqualTo(text);
  }

  @Test
  void shortSecret_isTakenOutOnlyWhereItStandsAlone() {
    Redaction redaction = Redaction.of(List.of("ab"));
    assertThat(redaction.byValue("ab: cable ab")).isEqualTo("(redacted): cable (redacted)");
  }

  @Test
  void switchesOfOtherPrograms_areNoSecrets_andOurOwnAreHoweverShort() {
    Map<String, String> variables =
        Map.of(
            "SECRET_MODE", "1",
            "FEATURE_TOKEN", "true",
            "TOKENIZERS_PARALLELISM", "false",
            "PASSWORD_LOGIN", "disabled",
            "OTHER_TOKEN", "a-real-token",
            "PENSTOCK_REGISTRY_PASSWORD", "x1");
    assertThat(KnownSecrets.of(config().build(), variables))
        .containsExactlyInAnyOrder(TOKEN, "a-real-token", "x1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "127", "version", "\"", "{", "redacted"})
  void json_staysJson_whateverTheSecretIs(String secret) {
    String json =
        "{\"version\":\"1.1\",\"took_ms\":127,\"ok\":true,\"peer\":[\"127.0.0.1\",\"%s\"]}"
            .formatted(secret.replace("\"", "\\\""));
    Redaction redaction = Redaction.of(List.of(secret));
    for (String text : List.of(redaction.jsonByValue(json), redaction.jsonAll(json))) {
      JsonObject read = JsonParser.parseString(text).getAsJsonObject();
      assertThat(read.get("took_ms").getAsInt()).isEqualTo(127);
      assertThat(read.get("ok").getAsBoolean()).isTrue();
      assertThat(read.getAsJsonArray("peer").get(1).getAsString()).isEqualTo(Redaction.MARK);
    }
  }

  @Test
  void json_losesWhatGoesUnderTheNameOfASecret() {
    String json =
        """
        {"headers":{"Cookie":["a=hidden-1; b=hidden 2"],"X-Api-Key":"hidden 3","Host":"h"},
         "seen":"Authorization: Bearer hidden-4"}
        """;
    assertThat(Redaction.of(List.of()).jsonAll(json))
        .contains("\"Host\": \"h\"")
        .doesNotContain("hidden");
    assertThat(Redaction.of(List.of()).jsonAll("no JSON, password=hidden-5"))
        .isEqualTo("no JSON, password=(redacted)");
  }

  private Set<String> planted() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("config.json"),
            """
            {"auths": {
              "a": {"auth": "%s"},
              "b": {"username": "ann", "password": "%s"},
              "c": {"identitytoken": "%s"},
              "d": {"registrytoken": "%s"}},
             "credHelpers": {"e": "pass"}}
            """
                .formatted(base64("ann:" + IN_AUTHS), PLAIN, IDENTITY, OF_REGISTRY));
    Set<String> known = new java.util.HashSet<>(KnownSecrets.of(withAuthFile(file), variables()));
    known.addAll(KnownSecrets.of(withPassword(), Map.of()));
    return known;
  }

  private static Map<String, String> variables() {
    return Map.of(
        "https_proxy",
        "http://ann:" + URLEncoder.encode(VARIABLE, UTF_8) + "@proxy:3128",
        "PENSTOCK_TOKEN",
        TOKEN,
        "HOME",
        "/home/ann");
  }

  private static ClientConfig withAuthFile(Path file) {
    return config().registryAuthFile(file.toString()).build();
  }

  private static ClientConfig withPassword() {
    ClientConfig.Builder config =
        config().registryUsername("ann").registryPassword(Secret.of(REGISTRY));
    config.network().proxy("http://ann@proxy:3128").proxyPassword(Secret.of(PROXY));
    return config.build();
  }

  private static ClientConfig.Builder config() {
    return ClientConfig.builder()
        .server(URI.create("ws://127.0.0.1:1"))
        .tunnel("acme")
        .token(Secret.of(TOKEN))
        .registry("http://127.0.0.1:1");
  }
}
