package dev.penstock.client.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedirectsTest {
  private static final HttpQuery QUERY =
      new HttpQuery(
          "GET",
          URI.create("https://registry.example/v2/a/blobs/x"),
          Map.of("Range", "bytes=5-"),
          "Bearer secret");

  @ParameterizedTest
  @CsvSource({
    "/elsewhere, https://registry.example/elsewhere",
    "other, https://registry.example/v2/a/blobs/other",
    "https://registry.example/x, https://registry.example/x",
    "HTTPS://REGISTRY.example:443/x, HTTPS://REGISTRY.example:443/x",
  })
  void sameOrigin_keepsAuthorization(String location, String target) throws Exception {
    HttpQuery next = Redirects.next(QUERY, location);
    assertThat(next.uri()).hasToString(target);
    assertThat(next.authorization()).isEqualTo("Bearer secret");
    assertThat(next.headers()).containsEntry("Range", "bytes=5-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://storage.example/x?sig=1",
        "https://registry.example:444/x",
        "https://registry.example.evil.example/x",
        "//storage.example/x",
      })
  void otherOrigin_losesAuthorizationAndKeepsRange(String location) throws Exception {
    HttpQuery next = Redirects.next(QUERY, location);
    assertThat(next.authorization()).isNull();
    assertThat(next.headers()).containsEntry("Range", "bytes=5-");
  }

  @Test
  void authorizationOnceLost_staysLostOnTheWayBack() throws Exception {
    HttpQuery away = Redirects.next(QUERY, "https://storage.example/x");
    assertThat(Redirects.next(away, "https://registry.example/y").authorization()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://registry.example/signed-secret",
        "http://127.0.0.1/signed-secret",
        "ftp://registry.example/signed-secret",
        "file:///signed-secret",
        "https:///signed-secret",
        "https://user:signed-secret@registry.example/",
        "https://registry.example/signed-secret|x",
        "https://registry.example:port/signed-secret",
      })
  void unsafeTarget_isRefusedWithoutQuotingIt(String location) {
    assertThatThrownBy(() -> Redirects.next(QUERY, location))
        .isInstanceOf(RefusedRedirectException.class)
        .hasMessageStartingWith("a redirect to ")
        .hasMessageNotContaining("registry.example")
        .hasMessageNotContaining("signed-secret")
        .cause()
        .hasMessageContaining("https://registry.example:443")
        .hasMessageNotContaining("signed-secret");
  }

  @Test
  void query_textHoldsNoSecret() {
    assertThat(QUERY.toString()).doesNotContain("secret").doesNotContain("blobs");
  }
}
