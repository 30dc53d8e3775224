package dev.penstock.client.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class RefreshRequestTest {
  private static final RefreshRequest REQUEST =
      new RefreshRequest(
          new TokenKey(
              URI.create("https://auth.docker.io/token"),
              "registry-1.docker.io",
              "repository:samalba/my-app:pull,push"),
          "kas9Da81Dfa8");

  @Test
  void request_isTheSpecificationsExample() {
    // "Example refreshing an Access Token", but for the client's own name.
    String example =
        "grant_type=refresh_token&refresh_token=kas9Da81Dfa8&service=registry-1.docker.io"
            + "&client_id=penstock-client&scope=repository:samalba/my-app:pull,push";

    assertThat(REQUEST.method()).isEqualTo("POST");
    assertThat(REQUEST.uri()).hasToString("https://auth.docker.io/token");
    assertThat(REQUEST.headers())
        .containsEntry("Content-Type", "application/x-www-form-urlencoded");
    assertThat(form(REQUEST)).isEqualTo(parse(example));
  }

  @Test
  void answer_isReadAsAToken() throws Exception {
    // The specification's other example; in that of the refreshing, a comma is missing.
    String answer =
        "{\"refresh_token\":\"kas9Da81Dfa8\",\"access_token\":\"eyJhbGciOiJFUzI1NiIsInR5\","
            + "\"expires_in\":900,\"scope\":\"\"}";
    Token token = Token.parse(answer.getBytes(UTF_8));
    assertThat(token.value()).isEqualTo("eyJhbGciOiJFUzI1NiIsInR5");
    assertThat(token.lifetime()).hasSeconds(900);
  }

  @Test
  void body_isEncodedWhateverTheTokenHolds() {
    RefreshRequest request = new RefreshRequest(REQUEST.key(), "a+b/c=&scope=all ü");
    assertThat(new String(request.body(), UTF_8)).isASCII().doesNotContain(" ");
    assertThat(form(request)).containsEntry("refresh_token", "a+b/c=&scope=all ü").hasSize(5);
  }

  @Test
  void text_hasNoSecret() {
    assertThat(REQUEST.toString()).contains("samalba/my-app").doesNotContain("kas9Da81Dfa8");
    assertThat(REQUEST.uri().toString()).doesNotContain("kas9Da81Dfa8");
  }

  private static Map<String, String> form(RefreshRequest request) {
    return parse(new String(request.body(), UTF_8));
  }

  private static Map<String, String> parse(String form) {
    return Arrays.stream(form.split("&"))
        .map(field -> field.split("=", 2))
        .collect(Collectors.toMap(field -> field[0], field -> URLDecoder.decode(field[1], UTF_8)));
  }
}
