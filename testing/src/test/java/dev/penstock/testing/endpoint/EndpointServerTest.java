package dev.penstock.testing.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class EndpointServerTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(BOUND).build();
  private EndpointServer endpoint;

  @BeforeEach
  void start() throws Exception {
    endpoint = EndpointServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void stop() {
    endpoint.close();
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.url().resolve(path))
            .headers(headers)
            .timeout(BOUND)
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  @Test
  void anyPath_answersWhatArrived() throws Exception {
    HttpResponse<String> answer = get("/tunnel/v1/acme?token=hidden", "Via", "1.1 squid");
    JsonObject arrived =
        JsonParser.parseString(answer.body()).getAsJsonObject().getAsJsonObject("arrived");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(arrived.get("path").getAsString()).isEqualTo("/tunnel/v1/acme");
    assertThat(arrived.get("version").getAsString()).isEqualTo("HTTP/1.1");
    assertThat(arrived.getAsJsonArray("marks").toString()).contains("1.1 squid");
    assertThat(answer.body()).doesNotContain("hidden");
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization, Bearer SECRET",
    "X-Session-Id, SECRET",
    "Cookie, id=SECRET",
    "X-Auth-Token, SECRET",
    "X-Api-Key, SECRET",
    "Ocp-Apim-Subscription-Key, SECRET",
    "X-Auth, SECRET",
    "X-Auth-Key, SECRET",
    "X-PW, SECRET",
    "X-Forwarded-User, SECRET",
    "X-Forwarded-Email, SECRET@host",
    "X-Anything, SECRETsecretSECRETsecretSECRETsecret1",
    "X-Jwt, eyJhbGciOiJIUzI1.SECRET.x",
  })
  void secret_isNotShownAnywhere(String header, String value) throws Exception {
    for (String path : new String[] {"/", "/any"}) {
      HttpResponse<String> answer = get(path, header, value);
      assertThat(answer.body()).contains(header, "(not shown)").doesNotContain("SECRET");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Via, 1.1 http://bob:SECRET@proxy/, 1.1 http://(redacted)@proxy/",
    "Referer, https://bob:SECRET@host/a?code=SECRET, https://(redacted)@host/a?(redacted)",
    "X-Original-URL, https://bob:SECRET@host/a?code=SECRET, https://(redacted)@host/a?(redacted)",
    "X-Forwarded-Uri, /a;jsessionid=SECRET?token=SECRET, /a;jsessionid=(redacted)",
    "Origin, http://localhost, http://localhost",
  })
  void valueAboutThePath_isShownWithoutTheSecretInIt(String header, String value, String shown)
      throws Exception {
    assertThat(get("/any", header, value).body())
        .contains("\"value\": \"" + shown + "\"")
        .doesNotContain("SECRET");
  }

  @ParameterizedTest
  @CsvSource({
    "http://bob:SECRET@host/any?SECRET, /any",
    "/any;jsessionid=SECRET, /any;(redacted)",
    "/bob:SECRET@host, /(redacted)@host",
  })
  void path_isShownWithoutTheSecretInIt(String target, String shown) throws Exception {
    try (Socket socket =
        new Socket(endpoint.address().getAddress(), endpoint.address().getPort())) {
      socket.setSoTimeout((int) BOUND.toMillis());
      String request = "GET " + target + " HTTP/1.1\r\nHost: bob:SECRET@host\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .contains("\"path\": \"" + shown + "\"", "\"(redacted)@host\"")
          .doesNotContain("SECRET");
    }
  }

  @Test
  void page_takesNothingFromElsewhereAndNoMarkup() throws Exception {
    HttpResponse<String> answer = get("/", "X-Real-IP", "</script><script>alert(1)</script>");
    assertThat(answer.headers().firstValue("Content-Security-Policy"))
        .get()
        .asString()
        .startsWith("default-src 'none'");
    assertThat(answer.body())
        .doesNotContain("<script>alert")
        .doesNotContain("src=\"http")
        .doesNotContain("url(http");
  }

  @Test
  void webSocket_sendsEverythingBack() throws Exception {
    Received received = new Received();
    URI url = URI.create(endpoint.url().toString().replace("http", "ws") + "any/path");
    WebSocket socket =
        http.newWebSocketBuilder()
            .subprotocols("penstock.v1")
            .buildAsync(url, received)
            .get(BOUND.toSeconds(), TimeUnit.SECONDS);
    assertThat(socket.getSubprotocol()).isEqualTo("penstock.v1");
    socket.sendText("hello", true).get(BOUND.toSeconds(), TimeUnit.SECONDS);
    assertThat(received.next()).isEqualTo("hello");
    socket.sendClose(4000, "done").get(BOUND.toSeconds(), TimeUnit.SECONDS);
    assertThat(received.next()).isEqualTo("closed 4000");
  }

  @Test
  void liveWebSocket_beginsWithWhatArrived() throws Exception {
    Received received = new Received();
    URI url = URI.create(endpoint.url().toString().replace("http", "ws") + "live");
    WebSocket socket =
        http.newWebSocketBuilder()
            .header("CF-Ray", "8a-FRA")
            .buildAsync(url, received)
            .get(BOUND.toSeconds(), TimeUnit.SECONDS);
    assertThat(received.next()).contains("\"path\": \"/live\"", "Cloudflare");
    socket.abort();
  }

  private static final class Received implements WebSocket.Listener {
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();

    String next() throws InterruptedException {
      return String.valueOf(texts.poll(BOUND.toSeconds(), TimeUnit.SECONDS));
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        texts.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      texts.add("closed " + code);
      return CompletableFuture.completedFuture(null);
    }
  }
}
