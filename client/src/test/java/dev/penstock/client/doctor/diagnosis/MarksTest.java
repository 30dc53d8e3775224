package dev.penstock.client.doctor.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MarksTest {
  @Test
  void hops_areInTheOrderOfVia_andTheOthersWhereTheyUsuallyStand() {
    Marks marks =
        marks(
            "Via", "1.1 proxy.corp (squid/5.7), 1.1 abc.cloudfront.net (CloudFront), 1.1 varnish",
            "X-Amzn-Trace-Id", "Root=1-67",
            "X-Envoy-Attempt-Count", "1");
    assertThat(marks.hops())
        .extracting(Hop::product)
        .containsExactly(
            Product.SQUID, Product.CLOUDFRONT, Product.AWS_ALB, Product.VARNISH, Product.ENVOY);
    assertThat(marks.last().orElseThrow().product()).isEqualTo(Product.ENVOY);
  }

  @Test
  void hopInVia_thatDoesNotSayWhatItIs_isStillAHop() {
    Marks marks = marks("Via", "1.1 gw-17");
    assertThat(marks.hops()).extracting(Hop::product).containsExactly(Product.UNKNOWN);
    assertThat(marks.inWords()).contains("Via: 1.1 gw-17");
  }

  @Test
  void markOnTheAnswer_makesAGuessCertain() {
    Marks guessed = marks("X-Real-IP", "10.0.0.1");
    assertThat(guessed.hops()).extracting(Hop::isCertain).containsExactly(false);
    Marks certain =
        Marks.of(
            arrived("X-Real-IP", "10.0.0.1"),
            Recorded.answer("HTTP/1.1 426 Upgrade Required\nServer: nginx/1.22.1\n"));
    assertThat(certain.hops())
        .singleElement()
        .satisfies(
            hop -> {
              assertThat(hop.isCertain()).isTrue();
              assertThat(hop.isOnRequest()).isTrue();
              assertThat(hop.marks())
                  .containsExactly("Server: nginx/1.22.1", "X-Real-IP: 10.0.0.1");
            });
  }

  @Test
  void forwardedHeadersOfAKnownHop_areNotASecondOne() {
    Marks marks =
        marks(
            "X-Amzn-Trace-Id", "Root=1-67",
            "X-Forwarded-For", "203.0.113.9",
            "X-Forwarded-Port", "443",
            "X-Forwarded-Proto", "https");
    assertThat(marks.hops()).extracting(Hop::product).containsExactly(Product.AWS_ALB);
  }

  @Test
  void headersThatNginxDoesNotAddByDefault_areThoseOfAHopBeforeIt() {
    String[] headers = {
      "Connection", "close",
      "X-Forwarded-For", "203.0.113.9",
      "X-Forwarded-Port", "443",
      "X-Forwarded-Proto", "https"
    };
    Arrived arrived =
        new Arrived("HTTP/1.0", Recorded.PATH, "10.0.0.7:1", false, HeaderFields.of(headers), "{}");
    for (Marks marks :
        new Marks[] {
          Marks.of(arrived, null),
          Marks.of(
              arrived, Recorded.answer("HTTP/1.1 426 Upgrade Required\nServer: nginx/1.22.1\n"))
        }) {
      assertThat(marks.hops())
          .extracting(Hop::product)
          .containsExactly(Product.AWS_CLASSIC_ELB, Product.NGINX);
    }
  }

  @Test
  void traefik_isToldFromApache() {
    assertThat(marks("X-Forwarded-Server", "traefik-7f", "X-Real-Ip", "10.0.0.1").hops())
        .extracting(Hop::product)
        .containsExactly(Product.TRAEFIK);
  }

  @Test
  void forwardedForOfAHopThatOnlyTheAnswerNames_isNotASecondOne() {
    Marks marks =
        Marks.of(
            arrived("X-Forwarded-For", "10.0.0.1"),
            Recorded.answer("HTTP/1.1 101 Switching Protocols\nServer: nginx/1.22.1\n"));
    assertThat(marks.hops()).extracting(Hop::product).containsExactly(Product.NGINX);
  }

  @Test
  void oneAddressMoreThanKnownHops_isAHopMore() {
    Marks marks =
        Marks.of(
            arrived("X-Forwarded-For", "10.0.0.1, 10.0.0.2"),
            Recorded.answer("HTTP/1.1 101 Switching Protocols\nServer: nginx/1.22.1\n"));
    assertThat(marks.hops())
        .extracting(Hop::product)
        .containsExactly(Product.NGINX, Product.UNKNOWN);
  }

  @Test
  void namesInLowerCase_areHaproxys_andStandBehindWhatIsInLowerCase() {
    Answer.Http answer =
        Recorded.answer("HTTP/1.1 101 Switching Protocols\nServer: nginx/1.22.1\n");
    Marks behind =
        Marks.of(arrived("host", "h", "penstock-probe", "1", "x-forwarded-for", "a, b"), answer);
    assertThat(behind.hops())
        .extracting(Hop::product)
        .containsExactly(Product.NGINX, Product.HAPROXY);
    Marks before =
        Marks.of(arrived("Host", "h", "penstock-probe", "1", "X-Forwarded-For", "a, b"), answer);
    assertThat(before.hops())
        .extracting(Hop::product)
        .containsExactly(Product.HAPROXY, Product.NGINX);
  }

  @Test
  void namesInLowerCase_beyondACdn_tellNothing() {
    assertThat(marks("penstock-probe", "1", "cf-ray", "8a1b-FRA").hops())
        .extracting(Hop::product)
        .containsExactly(Product.CLOUDFLARE);
  }

  @Test
  void nameInViaThatIsApachesOwn_isApaches() {
    assertThat(marks("Via", "1.1 t.example:443", "X-Forwarded-Server", "t.example").hops())
        .singleElement()
        .satisfies(
            hop -> {
              assertThat(hop.product()).isEqualTo(Product.APACHE);
              assertThat(hop.isCertain()).isTrue();
              assertThat(hop.marks())
                  .containsExactly("Via: 1.1 t.example:443", "X-Forwarded-Server: t.example");
            });
  }

  @Test
  void valueOfACookie_isNotShown() {
    Marks marks =
        Marks.of(null, Recorded.answer("HTTP/1.1 200 OK\nSet-Cookie: BIGipServerpool=secret\n"));
    assertThat(marks.inWords()).contains("BIGipServerpool").doesNotContain("secret");
  }

  @Test
  void controlCharacters_areNotPassedOn() {
    assertThat(marks("Via", "1.1 a\u001b[31m").inWords()).doesNotContain("\u001b");
  }

  @Test
  void nothing_isSaidToBeNothing() {
    assertThat(Marks.of(null, null).inWords()).isEqualTo("no hop left a mark");
  }

  private static Marks marks(String... headers) {
    return Marks.of(arrived(headers), null);
  }

  private static Arrived arrived(String... headers) {
    return new Arrived(
        "HTTP/1.1", Recorded.PATH, "10.0.0.7:1", false, HeaderFields.of(headers), "{}");
  }
}
