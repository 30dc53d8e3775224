package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Tag;
import dev.penstock.client.registry.FakeHttpServer.Request;
import dev.penstock.client.registry.RegistryException.Kind;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Size, type and digest of manifests. */
final class ManifestStatTest extends ReaderFixture {
  private static final String JSON = "{\"schemaVersion\": 2}\n";
  private static final Digest DIGEST = Digest.of(JSON.getBytes(UTF_8));
  private static final String PATH = "/v2/team/app/manifests/1.0";
  private static final ManifestStat EXPECTED =
      new ManifestStat(JSON.length(), FakeRegistry.MANIFEST_TYPE, DIGEST);

  @Test
  void stat_byTagAndByDigestAsksByHead() throws Exception {
    registry.manifest("1.0", JSON);
    assertThat(stat(new Tag("1.0"))).isEqualTo(EXPECTED);
    assertThat(stat(DIGEST)).isEqualTo(EXPECTED);
    assertThat(registry.requests()).extracting(Request::method).containsExactly("HEAD", "HEAD");
    assertThat(registry.requests().get(0).header("Accept"))
        .contains("oci.image.index.v1+json", "distribution.manifest.v2+json");
  }

  @ParameterizedTest
  @ValueSource(ints = {405, 501})
  void stat_readsTheManifestWhereHeadIsNotAllowed(int status) throws Exception {
    registry.manifest("1.0", JSON);
    onHead((request, out) -> reply(out, status));
    assertThat(stat(new Tag("1.0"))).isEqualTo(EXPECTED);
    assertThat(registry.requests()).extracting(Request::method).containsExactly("HEAD", "GET");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Docker-Content-Digest", "Content-Type", "Content-Length"})
  void stat_readsTheManifestWhereHeadDoesNotTellAll(String missing) throws Exception {
    registry.manifest("1.0", JSON);
    Map<String, String> headers = told();
    headers.remove(missing);
    onHead(
        (request, out) -> {
          StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\n");
          headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
          out.write(head.append("\r\n").toString().getBytes(UTF_8));
          out.flush();
        });
    assertThat(stat(new Tag("1.0"))).isEqualTo(EXPECTED);
    assertThat(registry.requests()).extracting(Request::method).containsExactly("HEAD", "GET");
  }

  @ParameterizedTest
  @CsvSource({"Docker-Content-Digest, sha512:00", "Content-Type, text/html; charset=utf-8"})
  void stat_readsTheManifestWhereHeadTellsSomethingElse(String name, String value)
      throws Exception {
    registry.manifest("1.0", JSON);
    Map<String, String> headers = told();
    headers.put(name, value);
    onHead((request, out) -> reply(out, 200, headers, new byte[0]));
    assertThat(stat(new Tag("1.0"))).isEqualTo(EXPECTED);
  }

  @Test
  void stat_ofAnotherDigestThanAskedForIsCorrupt() {
    Map<String, String> headers = told();
    headers.put("Docker-Content-Digest", Digest.of(bytes(9)).value());
    registry.on(
        "/v2/team/app/manifests/" + DIGEST,
        (request, out) -> reply(out, 200, headers, new byte[0]));
    assertFails(DIGEST, Kind.CORRUPT);
  }

  @Test
  void stat_ofWhatIsNotThereIsNotFound() {
    assertFails(new Tag("1.0"), Kind.NOT_FOUND);
    assertFails(DIGEST, Kind.NOT_FOUND);
    assertThat(registry.requests()).extracting(Request::method).containsOnly("HEAD");
  }

  @Test
  void stat_ofALoginPageSaysSo() {
    Map<String, String> page = Map.of("Content-Type", "text/html");
    registry.on(
        PATH,
        (request, out) ->
            reply(out, 200, page, request.method().equals("HEAD") ? new byte[0] : bytes(20)));
    assertThat(assertFails(new Tag("1.0"), Kind.UNSUPPORTED)).hasMessageContaining("login page");
  }

  private static Map<String, String> told() {
    Map<String, String> headers = new HashMap<>();
    headers.put("Docker-Content-Digest", DIGEST.value());
    headers.put("Content-Type", FakeRegistry.MANIFEST_TYPE);
    headers.put("Content-Length", String.valueOf(JSON.length()));
    return headers;
  }

  private void onHead(FakeHttpServer.Handler handler) {
    registry.on(
        PATH,
        (request, out) -> {
          if (request.method().equals("HEAD")) {
            handler.answer(request, out);
          } else {
            registry.serve(request, out);
          }
        });
  }

  private ManifestStat stat(Reference reference) throws Exception {
    return get(reader.statManifest(REPOSITORY, reference));
  }

  private RegistryException assertFails(Reference reference, Kind kind) {
    RegistryException failure = cause(catchThrowable(() -> stat(reference)));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessageStartingWith("manifest team/app");
    return failure;
  }
}
