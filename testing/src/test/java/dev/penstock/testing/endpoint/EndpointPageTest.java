package dev.penstock.testing.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.hops.HopChain;
import dev.penstock.testing.hops.Hops;
import dev.penstock.testing.peers.Chromium;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.RequiresPeer;
import dev.penstock.testing.peers.TestIdentity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The endpoint's page in a real browser, directly and through hops. */
@Timeout(180)
@RequiresPeer(PeerBinary.CHROMIUM)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndpointPageTest {
  private static final String STATE = "document.documentElement.dataset.state";
  private static final int WIDE = 1280;

  private EndpointServer endpoint;
  private Chromium browser;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    endpoint = EndpointServer.start(anyPort());
    browser = Chromium.start(directory);
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
    endpoint.close();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static URI through(HopChain chain) {
    return URI.create("http://127.0.0.1:" + chain.address().getPort() + "/");
  }

  private void openAndAwait(URI url, String state) throws Exception {
    browser.open(URI.create("about:blank"));
    browser.open(url);
    browser.await(STATE + " === '" + state + "'");
  }

  private String text(String id) throws Exception {
    return browser.evaluate("document.getElementById('" + id + "').innerText");
  }

  @Test
  void page_showsWhatArrivedAndEchoesLive() throws Exception {
    browser.show(WIDE, 900, "light");
    openAndAwait(endpoint.url(), "live");
    assertThat(text("headline")).isEqualTo("The WebSocket works");
    assertThat(text("page-facts")).contains("GET /", "HTTP/1.1", "127.0.0.1:");
    assertThat(text("upgrade-facts")).contains("GET /live", "Connection, Upgrade");
    assertThat(text("sizes")).contains("16 bytes", "1 MiB", "PASS").doesNotContain("FAIL");
    assertThat(text("rtt-median")).matches("[\\d.]+ ms");
    int echoes = Integer.parseInt(text("rtt-count"));
    browser.await("Number(document.getElementById('rtt-count').textContent) > " + echoes);
  }

  @Test
  void page_echoesWhatAPersonTypes() throws Exception {
    openAndAwait(endpoint.url(), "live");
    String typed = "<b>grüße</b>";
    browser.evaluate("document.getElementById('text').value = '" + typed + "'; ''");
    browser.evaluate("document.getElementById('send').requestSubmit(); ''");
    browser.await("document.getElementById('said').textContent.includes('came back')");
    assertThat(text("said")).startsWith("“" + typed + "” came back after");
  }

  @Test
  void page_namesWhoWasOnTheWay() throws Exception {
    try (HopChain chain =
        HopChain.start(endpoint.address(), Hops.parse("cloudflare"), Hops.parse("aws-alb"))) {
      openAndAwait(through(chain), "live");
      assertThat(text("marks"))
          .contains("CF-Ray", "Cloudflare", "X-Amzn-Trace-Id", "an AWS load balancer");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "aws-classic-http, No WebSocket",
    "nginx-defaults, No WebSocket",
    "message-limit=64KiB, Messages do not come back",
  })
  void page_saysWhatDoesNotWork(String hop, String headline) throws Exception {
    try (HopChain chain = HopChain.start(endpoint.address(), Hops.parse(hop))) {
      openAndAwait(through(chain), "failed");
      assertThat(text("headline")).isEqualTo(headline);
      assertThat(text("page-facts")).contains("GET /");
    }
  }

  @Test
  void page_worksUnderTls(@TempDir Path directory) throws Exception {
    TestIdentity identity = TestIdentity.create(directory);
    try (EndpointServer secure =
        EndpointServer.startTls(anyPort(), identity.certificate(), identity.key())) {
      openAndAwait(secure.url(), "live");
      assertThat(text("upgrade-facts")).contains(", TLS");
    }
  }

  @ParameterizedTest
  @CsvSource({"1280, light", "1280, dark", "390, light", "390, dark"})
  void page_fitsItsWidth(int width, String colours) throws Exception {
    browser.show(width, width == WIDE ? 1300 : 2400, colours);
    try (HopChain chain =
        HopChain.start(endpoint.address(), Hops.parse("cloudflare"), Hops.parse("aws-alb"))) {
      openAndAwait(through(chain), "live");
      String overflow =
          "String(document.documentElement.scrollWidth - document.documentElement.clientWidth)";
      assertThat(browser.evaluate(overflow)).isEqualTo("0");
      Path file = Path.of("target", "screenshots", "endpoint-" + width + "-" + colours + ".png");
      browser.screenshot(file);
      assertThat(Files.size(file)).isPositive();
    }
  }
}
