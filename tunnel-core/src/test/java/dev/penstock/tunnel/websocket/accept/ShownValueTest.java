package dev.penstock.tunnel.websocket.accept;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a header may be shown to whoever sent it, and stand in a log. */
class ShownValueTest {
  private static final String JWT =
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJodXNoIn0.c2lnbmF0dXJlLWh1c2gtaHVzaA";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1 proxy.corp.example (squid/5.7)",
        "203.0.113.9, 10.0.0.1",
        "for=\"[2001:db8::1]:4711\";proto=https;by=203.0.113.43",
        "Root=1-67891233-abcdef012345678912345678;Self=1-67891234-12456789abcdef012345678",
        "105445aa7843bc8bf206b12000100000/1;o=1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "internal-k8s-production-penstock-0123456789.eu-west-1.elb.amazonaws.com",
        "8f1c2d3e4b5a6978-AMS",
        "penstock.probe.v1",
        "keep-alive, Upgrade",
        "Basic realm=\"wiki\"",
        "https://registry.example/@scope/app",
      })
  void valuesOfHops_areShownWhole(String value) {
    assertThat(ShownValue.of(value)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Bearer hush | Bearer (redacted)",
        "basic aHVzaDpodXNo | basic (redacted)",
        "token=hush;proto=https | token=(redacted);proto=https",
        "access_token=\"hush\" | access_token=(redacted)",
        "X-Api-Key=hush&a=b | X-Api-Key=(redacted)&a=b",
        "for=1.2.3.4;session=hush | for=1.2.3.4;session=(redacted)",
        "https://ann:hush@host/path?code=hush | https://(redacted)@host/path?(redacted)",
        "/login?next=hush | /login?(redacted)",
        "/login%3Fnext=hush | /login?(redacted)",
        "bob:hush@host:8080 | (redacted)@host:8080",
        "bob:hu,sh@hush@host | (redacted)@host",
        "https://bob:hu/sh@host/path | https://(redacted)@host/path",
        "1.1 http://bob:hush@proxy/ (squid) | 1.1 http://(redacted)@proxy/ (squid)",
        "/app;jsessionid=hush | /app;jsessionid=(redacted)",
        "/app;phpSessId_2%3Dhush | /app;phpSessId_2=(redacted)",
        "Negotiate hush== | Negotiate (redacted)",
        "a " + JWT + " b | a (redacted) b",
        "ghp_0123456789abcdefABCDEFhush012345 | (redacted)",
        "0123456789abcdef0123456789abcdef01234567 | (redacted)",
      })
  void secrets_inThemAreNot(String value, String shown) {
    assertThat(ShownValue.of(value)).isEqualTo(shown).doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/tunnel/v1/acme",
        "/tunnel/v1/0123456789abcdef0123456789abcdef01234567",
        "/tunnel/v1/a-name-of-sixty-three-characters-0123456789-0123456789-01234567",
        "/healthz",
      })
  void pathsOfOurs_areShownWhole(String path) {
    assertThat(ShownValue.ofTarget(path)).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/tunnel/v1/acme?token=hush | /tunnel/v1/acme",
        "/tunnel/v1;jsessionid=hush/acme;hush | /tunnel/v1;(redacted)/acme;(redacted)",
        "/tunnel%3Bsid=hush/acme | /tunnel;(redacted)/acme",
        "http://bob:hush@h/tunnel/v1/acme?hush | /tunnel/v1/acme",
        "http://bob:hush@h | /",
        "bob:hush@h/acme | (redacted)@h/acme",
        "/token=hush/acme | /token=(redacted)/acme",
        "/acme%3Fpin=hush | /acme?(redacted)",
        "/v1/" + JWT + "/acme | /v1/(redacted)/acme",
        "/hook/0123456789abcdefABCDEFhush012345 | /hook/(redacted)",
      })
  void paths_areShownWithoutSecrets(String target, String shown) {
    assertThat(ShownValue.ofTarget(target)).isEqualTo(shown).doesNotContain("hush");
  }

  @Test
  void path_isPrintableAndBounded() {
    assertThat(ShownValue.ofTarget("/a\u001b[2J")).isEqualTo("/a?[2J");
    assertThat(ShownValue.ofTarget("/x".repeat(8_000)).length()).isLessThanOrEqualTo(1_025);
  }

  @Test
  void value_isPrintableAndBounded() {
    assertThat(ShownValue.of("a\r\nERROR b\u001b[2J\u2028c")).isEqualTo("a??ERROR b?[2J?c");
    assertThat(ShownValue.of("x ".repeat(8_000))).hasSize(513).endsWith("…");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-Access-Token",
        "X-Forwarded-User",
        "X-Forwarded-Email",
        "X-Forwarded-Client-Cert",
        "X-Amzn-Oidc-Data",
        "Cf-Access-Jwt-Assertion",
        "CF-Access-Client-Secret",
        "Cookie",
        "Authorization",
        "Proxy-Authorization",
        "Sec-WebSocket-Key",
        "Penstock-Session",
        "X-Api-Key",
      })
  void headers_ofSomebodysSecretOrNameAreNotShown(String name) {
    assertThat(Marks.isShown(name)).isFalse();
    assertThat(Marks.isLeftByAHop(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Via", "CF-RAY", "x-amzn-trace-id", "X-Envoy-External-Address", "X-Original-Uri"})
  void marks_areShown(String name) {
    assertThat(Marks.isShown(name)).isTrue();
    assertThat(Marks.isLeftByAHop(name)).isTrue();
  }

  /** Each pattern sees at most 512 characters, so none can be made to take long. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "//",
        "token=",
        "?",
        "ey",
        "a.",
        "A1a-",
        "Bearer ",
        "session = ",
        "\"",
        "a@",
        ";/"
      })
  void hostileRepetition_isDoneAtOnce(String part) {
    String value = part.repeat(8_000);
    for (int i = 0; i < 200; i++) {
      assertThat(ShownValue.of(value).length()).isLessThanOrEqualTo(514);
      assertThat(ShownValue.ofTarget(value).length()).isLessThanOrEqualTo(1_025);
    }
  }
}
