package dev.penstock.testing.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.penstock.testing.image.Blob;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes wrong at the registry on request, and that it does so where it was told to. */
class TroublesTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String HERE = "team/app";
  private static final String ELSEWHERE = "team/other";

  private final HttpClient http = HttpClient.newHttpClient();
  private final SettableClock clock = new SettableClock();
  private final Blob blob = Blob.generated(13, 5_000_000);
  private EmbeddedRegistry registry = EmbeddedRegistry.start();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void refusals_areCountedDown() throws Exception {
    publish();
    registry.troubles().refuseNext(2, Refusal.of(503));
    assertThat(status(HERE)).isEqualTo(503);
    assertThat(registry.troubles().refusalsLeft()).isEqualTo(1);
    assertThat(status(ELSEWHERE)).isEqualTo(503);
    assertThat(status(HERE)).isEqualTo(200);
    assertThat(registry.troubles().refusalsLeft()).isZero();
  }

  @Test
  void refusals_ofOneRepositoryLeaveTheOtherAlone() throws Exception {
    publish();
    registry.troubles(HERE).refuseNext(1, Refusal.of(500));
    assertThat(status(ELSEWHERE)).isEqualTo(200);
    assertThat(status(HERE)).isEqualTo(500);
    assertThat(status(HERE)).isEqualTo(200);
  }

  @Test
  void throttling_saysWhenToComeAgain() throws Exception {
    publish();
    registry.troubles().refuseNext(1, Refusal.throttled(Duration.ofSeconds(7)));
    HttpResponse<byte[]> seconds = get(HERE);
    assertThat(seconds.statusCode()).isEqualTo(429);
    assertThat(seconds.headers().firstValue("Retry-After")).contains("7");
    Instant when = Instant.parse("2026-03-01T08:09:10Z");
    registry.troubles().refuseNext(1, Refusal.throttledUntil(when));
    assertThat(get(HERE).headers().firstValue("Retry-After"))
        .contains("Sun, 1 Mar 2026 08:09:10 GMT");
  }

  @Test
  void ranges_areIgnoredOrMistakenOnRequest() throws Exception {
    publish();
    byte[] whole = get(HERE).body();
    registry.troubles(HERE).breakBlobs(new Fault.IgnoreRange());
    HttpResponse<byte[]> ignored = get(HERE, "Range", "bytes=1000-1999");
    assertThat(ignored.statusCode()).isEqualTo(200);
    assertThat(ignored.body()).isEqualTo(whole);
    registry.troubles(HERE).breakBlobs(new Fault.OtherRange(10));
    HttpResponse<byte[]> other = get(HERE, "Range", "bytes=1000-1999");
    assertThat(other.statusCode()).isEqualTo(206);
    assertThat(other.headers().firstValue("Content-Range")).contains("bytes 1010-2009/5000000");
    assertThat(other.body()).isEqualTo(Arrays.copyOfRange(whole, 1010, 2010));
    assertThat(get(ELSEWHERE, "Range", "bytes=1000-1999").headers().firstValue("Content-Range"))
        .contains("bytes 1000-1999/5000000");
    registry.troubles(HERE).end();
    assertThat(get(HERE, "Range", "bytes=1000-1999").body()).hasSize(1000);
  }

  @Test
  void bodies_areServedWrongInAllRepositories() throws Exception {
    publish();
    registry.troubles().breakBlobs(new Fault.Shorten(10));
    assertThat(get(HERE).body()).hasSize(10);
    assertThat(get(ELSEWHERE).body()).hasSize(10);
    registry.troubles().breakBlobs(new Fault.CloseAt(1_000_000));
    assertThatThrownBy(() -> get(HERE)).isInstanceOf(IOException.class);
    registry.troubles().end();
    assertThat(get(HERE).body()).hasSize(5_000_000);
  }

  /** What comes behind the announced end belongs to no answer, and HTTP clients drop it. */
  @Test
  void body_thatIsLongerThanAnnouncedGoesOnBehindItsEnd() throws Exception {
    publish();
    registry.breakBlob(blob.digest(), new Fault.Overrun(300_000));
    assertThat(Blob.of(get(HERE).body()).digest()).isEqualTo(blob.digest());
    assertThat(registry.traffic(blob.digest()).awaitTransfersOpen(0, BOUND)).isTrue();
    assertThat(registry.traffic(blob.digest()).bytesWritten()).isGreaterThan(5_000_000);
  }

  @Test
  void token_isRefusedWhenItsTimeIsOver() throws Exception {
    restart(EmbeddedRegistry.builder().access(new Access.AnonymousBearer()).clock(clock));
    registry.troubles().expireTokensAfter(Duration.ofSeconds(2));
    String bearer = buyToken();
    assertThat(get(HERE, "Authorization", bearer).statusCode()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(2));
    assertThat(get(HERE, "Authorization", bearer).statusCode()).isEqualTo(401);
    assertThat(get(HERE, "Authorization", buyToken()).statusCode()).isEqualTo(200);
    assertThat(registry.tokensIssued()).isEqualTo(2);
  }

  @Test
  void token_takesItsBodyAlongOnRequest() throws Exception {
    restart(EmbeddedRegistry.builder().access(new Access.AnonymousBearer()));
    registry.troubles().expireTokensAndCutAfter(Duration.ofMillis(500));
    registry.breakBlob(blob.digest(), new Fault.StallAt(1_000_000));
    String bearer = buyToken();
    assertThatThrownBy(() -> get(HERE, "Authorization", bearer)).isInstanceOf(IOException.class);
    assertThat(registry.traffic(blob.digest()).transfersBegun()).isEqualTo(1);
    assertThat(get(HERE, "Authorization", bearer).statusCode()).isEqualTo(401);
  }

  @Test
  void signedUrl_isRefusedWhenItsTimeIsOverOrItWasAltered() throws Exception {
    restart(EmbeddedRegistry.builder().redirectBlobs().clock(clock));
    registry.troubles().expireUrlsAfter(Duration.ofSeconds(30));
    String signed = get(HERE).headers().firstValue("Location").orElseThrow();
    assertThat(statusOf(signed)).isEqualTo(200);
    assertThat(statusOf(signed.replace("expires=", "expires=9"))).isEqualTo(403);
    assertThat(statusOf(signed.replaceFirst("\\?.*", ""))).isEqualTo(403);
    clock.advance(Duration.ofSeconds(30));
    assertThat(statusOf(signed)).isEqualTo(403);
    assertThat(statusOf(get(HERE).headers().firstValue("Location").orElseThrow())).isEqualTo(200);
  }

  private void restart(EmbeddedRegistry.Builder builder) {
    registry.close();
    registry = builder.start();
    publish();
  }

  private void publish() {
    registry.add(HERE, blob);
    registry.add(ELSEWHERE, blob);
  }

  private String buyToken() throws Exception {
    String query = "/token?service=penstock-embedded&scope=repository:" + HERE + ":pull";
    HttpRequest request = HttpRequest.newBuilder(URI.create(registry.url() + query)).build();
    String body = http.send(request, BodyHandlers.ofString(UTF_8)).body();
    return "Bearer " + JsonParser.parseString(body).getAsJsonObject().get("token").getAsString();
  }

  private int status(String repository) throws IOException, InterruptedException {
    return get(repository).statusCode();
  }

  private int statusOf(String url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    return http.send(request, BodyHandlers.discarding()).statusCode();
  }

  private HttpResponse<byte[]> get(String repository, String... headers)
      throws IOException, InterruptedException {
    String uri = registry.url() + "/v2/" + repository + "/blobs/" + blob.digest();
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }
}
