package dev.penstock.client.doctor.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.doctor.diagnosis.Answer.Closed;
import dev.penstock.client.doctor.diagnosis.Answer.NotHttp;
import dev.penstock.client.doctor.diagnosis.Answer.Silence;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Findings that are not about an answer in HTTP. */
final class OtherFindingsTest {
  private static final Marks NONE = new Marks(List.of());

  @Test
  void settingsFrame_showsAPortForHttp2Alone() {
    String settings = "\0\0\u0006\u0004\0\0\0\0\0\0\u0003\0\0\0d";
    assertThat(causeOf(new NotHttp(settings))).isEqualTo(Cause.HTTP2_ONLY);
  }

  @Test
  void goAwayFrame_showsItToo() {
    assertThat(causeOf(new NotHttp("\0\0\u0008\u0007\0\0\0\0\0"))).isEqualTo(Cause.HTTP2_ONLY);
  }

  @Test
  void alertOfTls_showsARequestInTheClear() {
    assertThat(causeOf(new NotHttp("\u0015\u0003\u0001\0\u0002\u0002F")))
        .isEqualTo(Cause.PLAIN_TO_TLS);
  }

  @Test
  void otherBytes_areNoHttp() {
    NotHttp banner = new NotHttp("SSH-2.0-OpenSSH_9.2\r\n\u001b[1m");
    assertThat(causeOf(banner)).isEqualTo(Cause.NOT_HTTP);
    assertThat(Diagnoses.of(Recorded.plain(), banner, false).orElseThrow().evidence())
        .endsWith("began with 'SSH-2.0-OpenSSH_9.2'");
  }

  @Test
  void silence_isNobody_andOfAnUpgradeAloneItIsTheUpgrade() {
    Silence silence = new Silence(Duration.ofSeconds(5));
    assertThat(causeOf(silence)).isEqualTo(Cause.NOBODY_ANSWERS);
    Diagnosis ofUpgrade = Diagnoses.of(Recorded.upgrade(), silence, true).orElseThrow();
    assertThat(ofUpgrade.cause()).isEqualTo(Cause.UPGRADE_REFUSED);
    assertThat(ofUpgrade.evidence()).contains("5 s");
  }

  @Test
  void timesAndAddresses_areAsPeopleWriteThem() {
    Sent sent = new Sent(false, "::1", 28080, Recorded.PATH, HeaderFields.NONE, Recorded.NONCE);
    Diagnosis found = Diagnoses.of(sent, new Silence(Duration.ofMillis(5991)), false).orElseThrow();
    assertThat(found.evidence()).isEqualTo("nothing came for 6 s");
    assertThat(found.hop()).contains("[::1]:28080");
    assertThat(sent).hasToString("http://[::1]:28080" + Recorded.PATH);
    assertThat(Remedies.of(Cause.PLAIN_TO_TLS, Product.UNKNOWN, sent))
        .contains("wss://[::1]:28080");
  }

  @Test
  void connectionThatEnded_isToldFromSilence() {
    assertThat(causeOf(new Closed("by the other end"))).isEqualTo(Cause.CONNECTION_CLOSED);
  }

  @Test
  void switchedProtocolWithoutAFrame_isBlocked() {
    Diagnosis found =
        Diagnoses.found(
            Cause.FRAMES_BLOCKED,
            Recorded.upgrade(),
            Marks.of(
                null, Recorded.answer("HTTP/1.1 101 Switching Protocols\nVia: 1.1 gw (Zscaler)\n")),
            "nothing came");
    assertThat(found.cause()).isEqualTo(Cause.FRAMES_BLOCKED);
    assertThat(found.hop()).startsWith("Zscaler");
    assertThat(found.remedy()).contains("Do Not Inspect");
  }

  @Test
  void forwardProxy_thatRefuses_isNamed() {
    Diagnosis found =
        Diagnoses.ofProxy(
                Recorded.upgrade(),
                Recorded.answer(
                    """
                    HTTP/1.1 403 Forbidden
                    Server: squid/5.7
                    X-Squid-Error: ERR_ACCESS_DENIED 0
                    """),
                "proxy:3128")
            .orElseThrow();
    assertThat(found.cause()).isEqualTo(Cause.PROXY_REFUSED);
    assertThat(found.hop()).startsWith("squid");
    assertThat(found.remedy()).contains("http_access allow CONNECT penstock");
  }

  @Test
  void forwardProxy_thatWantsAPassword_isToldByItsScheme() {
    Diagnosis found =
        Diagnoses.ofProxy(
                Recorded.upgrade(),
                Recorded.answer(
                    """
                    HTTP/1.1 407 Proxy Authentication Required
                    Proxy-Authenticate: Digest realm="corp", nonce="secret"
                    """),
                "proxy:3128")
            .orElseThrow();
    assertThat(found.cause()).isEqualTo(Cause.PROXY_407);
    assertThat(found.evidence()).contains("Digest realm=\"corp\"").doesNotContain("secret");
  }

  @Test
  void forwardProxy_thatConnects_isNoFinding() {
    assertThat(
            Diagnoses.ofProxy(
                Recorded.upgrade(),
                Recorded.answer("HTTP/1.1 200 Connection established\n"),
                "proxy:3128"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "100,CF-Ray,Cloudflare,100 s,whose default this is",
    "30,X-Cloud-Trace-Context,Google Cloud load balancer,--timeout=86400,whose default this is",
    "60,X-Real-IP,nginx,proxy_read_timeout 1h,'whose default this is, or one that leaves no mark'",
    "61,X-Amzn-Trace-Id,AWS application load balancer,idle_timeout.timeout_seconds,"
        + "'whose default this is, or one that leaves no mark'",
    "299,X-Envoy-Internal,Envoy,stream_idle_timeout,"
        + "'whose default this is, or one that leaves no mark'",
  })
  void idleLimit_isBlamedOnTheHopWhoseDefaultItIs_surelyOnlyWhereNoOtherHasIt(
      int seconds, String mark, String hop, String remedy, String how) {
    Marks marks = Marks.of(arrived(mark, "1", "Via", "1.1 unknown"), null);
    Diagnosis found = Diagnoses.idleLimit(Recorded.upgrade(), marks, Duration.ofSeconds(seconds));
    assertThat(found.cause()).isEqualTo(Cause.IDLE_LIMIT);
    assertThat(found.hop()).startsWith(hop).endsWith("), " + how);
    assertThat(found.remedy()).contains(remedy);
  }

  @Test
  void idleLimit_withoutAMark_namesWhoseDefaultItWouldBe() {
    assertThat(Diagnoses.idleLimit(Recorded.upgrade(), NONE, Duration.ofSeconds(100)).hop())
        .contains("leaves no mark", "Cloudflare");
  }

  @Test
  void idleLimitOfAGuess_isNotSure() {
    Marks marks =
        new Marks(List.of(new Hop(Product.HAPROXY, false, List.of("lower case: x"), true)));
    assertThat(Diagnoses.idleLimit(Recorded.upgrade(), marks, Duration.ofSeconds(50)).hop())
        .isEqualTo(
            "HAProxy, by the look of it (lower case: x), whose default this is, or one that leaves"
                + " no mark");
  }

  @Test
  void idleLimitOfAHopThatCannotLeaveAMark_isSaidBesideThoseThatDid() {
    Marks marks = Marks.of(arrived("CF-Ray", "1"), null);
    assertThat(Diagnoses.idleLimit(Recorded.upgrade(), marks, Duration.ofSeconds(350)).hop())
        .startsWith("Cloudflare")
        .contains("or one that leaves none")
        .endsWith("the default of an AWS network load balancer, which leaves no mark");
    assertThat(Diagnoses.idleLimit(Recorded.upgrade(), NONE, Duration.ofSeconds(350)).hop())
        .contains("AWS network load balancer");
  }

  @Test
  void lifetimeLimit_hasItsOwnWords() {
    Diagnosis found =
        Diagnoses.lifetimeLimit(
            Recorded.upgrade(),
            Marks.of(arrived("X-Cloud-Trace-Context", "1"), null),
            Duration.ofSeconds(30));
    assertThat(found.hop()).startsWith("Google Cloud load balancer");
    assertThat(found.remedy()).contains("--timeout=86400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=Zscaler Intermediate Root CA (zscaler.net),O=Zscaler Inc.",
        "CN=FG100E,O=Fortinet",
        "CN=Corp SSL Inspection CA,O=Corp",
        "CN=Corp Issuing CA 2,O=Corp",
      })
  void privateAuthority_onAPublicName_isAnInterception(String issuer) {
    assertThat(Interception.of(Recorded.upgrade(), List.of(issuer), false))
        .map(Diagnosis::cause)
        .contains(Cause.TLS_INTERCEPTED);
  }

  @Test
  void publicAuthority_isNone() {
    assertThat(
            Interception.of(
                Recorded.upgrade(),
                List.of("CN=E5,O=Let's Encrypt,C=US", "CN=ISRG Root X1,O=ISRG"),
                true))
        .isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "tunnel.example.com,true",
    "penstock.acme.io,true",
    "localhost,false",
    "penstock,false",
    "penstock.corp,false",
    "penstock.tools.svc,false",
    "10.0.0.1,false",
    "::1,false",
  })
  void nameWithinANetwork_isNotPublic(String host, boolean isPublic) {
    assertThat(Interception.isPublicName(host)).isEqualTo(isPublic);
  }

  @Test
  void tokenInARequest_isNotInItsText() {
    assertThat(Recorded.upgrade().toString()).doesNotContain("secret");
    assertThat(Recorded.upgrade().headers().toString()).doesNotContain("secret");
  }

  private static Cause causeOf(Answer answer) {
    return Diagnoses.of(Recorded.plain(), answer, false).orElseThrow().cause();
  }

  private static Arrived arrived(String... headers) {
    return new Arrived(
        "HTTP/1.1", Recorded.PATH, "10.0.0.7:1", false, HeaderFields.of(headers), "{}");
  }
}
