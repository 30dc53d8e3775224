package dev.penstock.testing.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.image.Manifest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbeddedRegistryTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Credentials READER = new Credentials("reader", "secret");
  private static final String BLOBS = "/v2/team/app/blobs/";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Blob blob = Blob.generated(11, 5_000_000);
  private EmbeddedRegistry registry = EmbeddedRegistry.start();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void image_isServedByTagAndDigest() throws Exception {
    Image image = Image.singleArch(List.of(blob));
    registry.add("team/app", "1.0", image);
    HttpResponse<byte[]> byTag = get("/v2/team/app/manifests/1.0");
    assertThat(Blob.of(byTag.body()).digest()).isEqualTo(image.top().digest());
    assertThat(byTag.headers().firstValue("Content-Type")).contains(Manifest.IMAGE);
    assertThat(byTag.headers().firstValue("Docker-Content-Digest")).contains(image.top().digest());
    assertThat(get("/v2/team/app/manifests/" + image.top().digest()).body())
        .isEqualTo(byTag.body());
    for (Blob each : image.blobs()) {
      assertThat(digestOf(get(BLOBS + each.digest()))).isEqualTo(each.digest());
    }
  }

  @Test
  void range_isServedInPart() throws Exception {
    registry.add("team/app", blob);
    HttpResponse<byte[]> whole = get(BLOBS + blob.digest());
    HttpResponse<byte[]> part = get(BLOBS + blob.digest(), "Range", "bytes=4194300-4194303");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.headers().firstValue("Content-Range"))
        .contains("bytes 4194300-4194303/5000000");
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole.body(), 4_194_300, 4_194_304));
    assertThat(get(BLOBS + blob.digest(), "Range", "bytes=5000000-").statusCode()).isEqualTo(416);
  }

  @Test
  void head_tellsTheLengthWithoutABody() throws Exception {
    registry.add("team/app", blob);
    HttpRequest head =
        request(BLOBS + blob.digest()).method("HEAD", HttpRequest.BodyPublishers.noBody()).build();
    HttpResponse<byte[]> response = http.send(head, BodyHandlers.ofByteArray());
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(5_000_000);
    assertThat(response.body()).isEmpty();
    assertThat(registry.traffic(blob.digest()).transfersBegun()).isZero();
  }

  @Test
  void unknownNames_areToldApart() throws Exception {
    registry.add("team/app", blob);
    assertThat(errorCode("/v2/team/none/blobs/" + blob.digest())).isEqualTo("NAME_UNKNOWN");
    assertThat(errorCode(BLOBS + "sha256:" + "0".repeat(64))).isEqualTo("BLOB_UNKNOWN");
    assertThat(errorCode("/v2/team/app/manifests/none")).isEqualTo("MANIFEST_UNKNOWN");
  }

  @Test
  void basicAccess_wantsCredentials() throws Exception {
    restart(EmbeddedRegistry.builder().access(new Access.Basic(READER)));
    assertThat(get(BLOBS + blob.digest()).statusCode()).isEqualTo(401);
    assertThat(get(BLOBS + blob.digest(), "Authorization", READER.authorization()).statusCode())
        .isEqualTo(200);
  }

  @Test
  void bearerAccess_wantsATokenForTheRepository() throws Exception {
    restart(EmbeddedRegistry.builder().access(new Access.Bearer(READER)));
    HttpResponse<byte[]> refused = get(BLOBS + blob.digest());
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("WWW-Authenticate"))
        .contains(
            "Bearer realm=\""
                + registry.url()
                + "/token\",service=\"penstock-embedded\",scope=\"repository:team/app:pull\"");
    String tokenPath = "/token?service=penstock-embedded&scope=repository%3Ateam%2Fapp%3Apull";
    assertThat(get(tokenPath).statusCode()).isEqualTo(401);
    String body = new String(get(tokenPath, "Authorization", READER.authorization()).body(), UTF_8);
    String bearer =
        "Bearer " + JsonParser.parseString(body).getAsJsonObject().get("token").getAsString();
    assertThat(get(BLOBS + blob.digest(), "Authorization", bearer).statusCode()).isEqualTo(200);
    assertThat(get("/v2/other/blobs/" + blob.digest(), "Authorization", bearer).statusCode())
        .isEqualTo(401);
    registry.expireTokens();
    assertThat(get(BLOBS + blob.digest(), "Authorization", bearer).statusCode()).isEqualTo(401);
  }

  @Test
  void redirectOrigin_refusesAuthorization() throws Exception {
    restart(EmbeddedRegistry.builder().redirectBlobs());
    HttpResponse<byte[]> redirect = get(BLOBS + blob.digest());
    assertThat(redirect.statusCode()).isEqualTo(307);
    URI store = URI.create(redirect.headers().firstValue("Location").orElseThrow());
    assertThat(store.getAuthority()).isNotEqualTo(registry.url().getAuthority());
    HttpRequest plain = HttpRequest.newBuilder(store).build();
    assertThat(digestOf(http.send(plain, BodyHandlers.ofByteArray()))).isEqualTo(blob.digest());
    HttpRequest leaking = HttpRequest.newBuilder(store).header("Authorization", "Bearer x").build();
    assertThat(http.send(leaking, BodyHandlers.ofByteArray()).statusCode()).isEqualTo(400);
  }

  @Test
  void faults_changeWhatIsServed() throws Exception {
    registry.add("team/app", blob);
    assertThat(faulty(new Fault.Shorten(10)).body()).hasSize(10);
    assertThat(faulty(new Fault.Lengthen(100_000)).body()).hasSize(5_100_000);
    HttpResponse<byte[]> corrupted = faulty(new Fault.Corrupt(4_999_999));
    assertThat(corrupted.body()).hasSize(5_000_000);
    assertThat(digestOf(corrupted)).isNotEqualTo(blob.digest());
    assertThat(faulty(new Fault.Status(503)).statusCode()).isEqualTo(503);
    assertThatThrownBy(() -> faulty(new Fault.CloseAt(1_000_000))).isInstanceOf(IOException.class);
    registry.repairBlob(blob.digest());
    assertThat(digestOf(get(BLOBS + blob.digest()))).isEqualTo(blob.digest());
  }

  @Test
  void stalledTransfer_staysOpenUntilItsReaderLeaves() throws Exception {
    registry.add("team/app", blob);
    registry.breakBlob(blob.digest(), new Fault.StallAt(300_000));
    Traffic traffic = registry.traffic(blob.digest());
    HttpRequest request = request(BLOBS + blob.digest()).build();
    try (var body = http.send(request, BodyHandlers.ofInputStream()).body()) {
      assertThat(body.readNBytes(300_000)).hasSize(300_000);
      assertThat(traffic.transfersOpen()).isEqualTo(1);
      assertThat(traffic.bytesWritten()).isEqualTo(300_000);
    }
    assertThat(traffic.awaitTransfersOpen(0, BOUND)).isTrue();
  }

  @Test
  void close_endsListenersAndConnections() throws Exception {
    int port = registry.url().getPort();
    try (Socket open = new Socket(InetAddress.getLoopbackAddress(), port)) {
      open.getOutputStream().write("GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      assertThat(open.getInputStream().read()).isEqualTo('H');
      registry.close();
      open.setSoTimeout((int) BOUND.toMillis());
      var unused = open.getInputStream().readAllBytes();
    }
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(ConnectException.class);
  }

  private void restart(EmbeddedRegistry.Builder builder) {
    registry.close();
    registry = builder.start();
    registry.add("team/app", blob);
  }

  private HttpResponse<byte[]> faulty(Fault fault) throws IOException, InterruptedException {
    registry.breakBlob(blob.digest(), fault);
    return get(BLOBS + blob.digest());
  }

  private String errorCode(String path) throws IOException, InterruptedException {
    return JsonParser.parseString(new String(get(path).body(), UTF_8))
        .getAsJsonObject()
        .getAsJsonArray("errors")
        .get(0)
        .getAsJsonObject()
        .get("code")
        .getAsString();
  }

  private HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(path);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(registry.url() + path));
  }

  private static String digestOf(HttpResponse<byte[]> response) {
    return Blob.of(response.body()).digest();
  }
}
