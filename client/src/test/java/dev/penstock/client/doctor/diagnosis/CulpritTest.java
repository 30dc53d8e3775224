package dev.penstock.client.doctor.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who did it, where several hops left marks: one where something tells, and else all. */
final class CulpritTest {
  private static final String NGINX = "HTTP/1.1 426 Upgrade Required\nServer: nginx/1.22.1\n";
  private static final String NEW_NGINX = "HTTP/1.1 426 Upgrade Required\nServer: nginx/1.29.7\n";
  private static final String APACHE = "1.1 t.example:443";

  @Test
  void viaOfTheNextHop_tellsOfNginxThatSpokeHttp10() {
    Diagnosis found = found(NGINX, "Via", "1.0 t.example:443", "X-Forwarded-Server", "t.example");
    assertThat(found.cause()).isEqualTo(Cause.HTTP10_UPSTREAM);
    assertThat(found.hop()).startsWith("nginx");
    assertThat(found.evidence()).contains("Via: 1.0 t.example:443");
    assertThat(found.remedy()).contains("proxy_http_version 1.1;").doesNotContain("if it is");
  }

  @Test
  void nginxThatWasToldOfHttp11_isNotTheOne() {
    Diagnosis found = found(NGINX, "Via", APACHE, "X-Forwarded-Server", "t.example");
    assertThat(found.cause()).isEqualTo(Cause.UPGRADE_DROPPED);
    assertThat(found.hop()).startsWith("Apache httpd (Via: 1.1 t.example:443)");
  }

  @Test
  void nginxThatSpeaksHttp11ByItself_mayBeTheOne() {
    Diagnosis found = found(NEW_NGINX, "Via", APACHE, "X-Forwarded-Server", "t.example");
    assertThat(found.hop())
        .startsWith("one of: nginx (Server: nginx/1.29.7), Apache httpd (Via: ")
        .endsWith("what was seen does not tell which");
    assertThat(found.remedy()).contains("if it is nginx:", "if it is Apache httpd:");
  }

  @Test
  void hopThatPassesUpgradesByItself_isNotTheOneWhereAnotherDoesNot() {
    Diagnosis found = found(NGINX, "CF-Ray", "8a1b-FRA", "CDN-Loop", "cloudflare; loops=1");
    assertThat(found.hop()).startsWith("nginx (Server: nginx/1.22.1)");
  }

  @Test
  void connectionThatStillAsksForAnUpgrade_wasNotSentByWhoKnowsNone() {
    Diagnosis found =
        found(NGINX, "connection", "upgrade", "user-agent", "x", "x-forwarded-for", "a, b");
    assertThat(found.hop())
        .startsWith("one of: nginx (Server: nginx/1.22.1), HAProxy, by the look");
  }

  @Test
  void idleLimit_thatIsNobodysDefault_isAnybodys() {
    Marks marks =
        new Marks(
            List.of(
                new Hop(Product.CLOUDFLARE, true, List.of("CF-Ray: 1"), true),
                new Hop(Product.NGINX, true, List.of("Server: nginx"), false)));
    Diagnosis found = Diagnoses.idleLimit(Recorded.upgrade(), marks, Duration.ofSeconds(17));
    assertThat(found.hop())
        .isEqualTo(
            "one of: Cloudflare (CF-Ray: 1), nginx (Server: nginx), or one that leaves no mark; what was seen does not tell which");
    assertThat(found.remedy()).contains("if it is nginx:\nproxy_read_timeout 1h;");
  }

  @Test
  void idleLimit_thatIsTheDefaultOfTwo_isOfEither() {
    Marks marks =
        new Marks(
            List.of(
                new Hop(Product.NGINX, true, List.of("Server: nginx"), false),
                new Hop(Product.HAPROXY, false, List.of("lower case"), true),
                new Hop(Product.APACHE, true, List.of("Via: 1.1 a"), true)));
    assertThat(Diagnoses.idleLimit(Recorded.upgrade(), marks, Duration.ofSeconds(60)).hop())
        .isEqualTo(
            "one of: nginx (Server: nginx), Apache httpd (Via: 1.1 a), whose default this is, or one that leaves no mark");
  }

  private static Diagnosis found(String answer, String... headers) {
    return Diagnoses.of(
            Recorded.upgrade(),
            new Arrived(
                "HTTP/1.1", Recorded.PATH, "10.0.0.7:1", false, HeaderFields.of(headers), "{}"),
            Recorded.answer(answer))
        .orElseThrow();
  }
}
