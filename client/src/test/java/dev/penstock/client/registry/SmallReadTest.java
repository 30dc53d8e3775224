package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.blobPath;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Tag;
import dev.penstock.client.registry.RegistryException.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes and manifests. */
final class SmallReadTest extends ReaderFixture {
  @Test
  void stat_asksByHead() throws Exception {
    Digest digest = registry.blob(bytes(1234));
    assertThat(stat(digest)).isEqualTo(new BlobStat(1234, "text/x-blob"));
    assertThat(registry.requests())
        .extracting(FakeHttpServer.Request::method)
        .containsExactly("HEAD");
  }

  @ParameterizedTest
  @CsvSource({"405, 1234", "501, 1234", "405, 0"})
  void stat_asksForTheFirstByteWhereHeadIsNotAllowed(int status, int size) throws Exception {
    Digest digest = registry.blob(bytes(size));
    registry.on(
        blobPath(digest),
        (request, out) -> {
          if (request.method().equals("HEAD")) {
            reply(out, status);
          } else {
            registry.serve(request, out);
          }
        });
    assertThat(stat(digest).size()).isEqualTo(size);
    assertThat(registry.requests().get(1).header("Range")).isEqualTo("bytes=0-0");
  }

  @Test
  void stat_ofUnknownBlobIsNotFound() {
    Throwable failure = catchThrowable(() -> stat(Digest.of(bytes(3))));
    assertThat(failure.getCause())
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
  }

  @Test
  void anotherDigestInTheHeaderIsCorrupt() {
    Digest digest = registry.blob(bytes(10));
    registry.on(
        blobPath(digest),
        (request, out) ->
            reply(
                out, 200, Map.of("Docker-Content-Digest", Digest.of(bytes(9)).value()), bytes(10)));
    assertThat(openFails(digest, BlobRange.WHOLE).kind()).isEqualTo(Kind.CORRUPT);
  }

  @Test
  void manifest_byTagAndByDigestIsExact() throws Exception {
    Digest digest = registry.manifest("1.0", "{\"schemaVersion\": 2}\n");

    for (Manifest manifest : List.of(manifest("1.0"), get(reader.manifest(REPOSITORY, digest)))) {
      assertThat(UTF_8.decode(manifest.content().duplicate()).toString())
          .isEqualTo("{\"schemaVersion\": 2}\n");
      assertThat(manifest.mediaType()).isEqualTo(FakeRegistry.MANIFEST_TYPE);
      assertThat(manifest.digest()).isEqualTo(digest);
    }
    assertThat(registry.requests().get(0).header("Accept"))
        .contains("oci.image.index.v1+json", "oci.image.manifest.v1+json")
        .contains("distribution.manifest.list.v2+json", "distribution.manifest.v2+json");
  }

  @Test
  void manifest_thatIsAWebPageIsRefused() {
    registry.on(
        "/v2/team/app/manifests/1.0",
        (request, out) ->
            reply(out, 200, Map.of("Content-Type", "text/html; charset=utf-8"), bytes(30)));
    Throwable failure = catchThrowable(() -> manifest("1.0"));
    assertThat(failure.getCause())
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
        .hasMessageContaining("login page");
  }

  @Test
  void manifest_withOtherContentThanItsDigestIsCorrupt() {
    Digest digest = Digest.of("{}".getBytes(UTF_8));
    registry.on(
        "/v2/team/app/manifests/" + digest,
        (request, out) -> reply(out, 200, Map.of(), "{ }".getBytes(UTF_8)));
    assertManifestFails(digest.value(), Kind.CORRUPT);
  }

  @Test
  void manifest_withAnotherDigestHeaderIsCorrupt() {
    registry.on(
        "/v2/team/app/manifests/1.0",
        (request, out) ->
            reply(
                out,
                200,
                Map.of("Docker-Content-Digest", Digest.of(bytes(9)).value()),
                "{}".getBytes(UTF_8)));
    assertManifestFails("1.0", Kind.CORRUPT);
  }

  @Test
  void manifest_aboveTheLimitIsRefusedWithAndWithoutItsLength() {
    registry.manifest("announced", "x".repeat(1025));
    registry.on(
        "/v2/team/app/manifests/chunked",
        (request, out) -> chunkedOrHead(request, out, new byte[1025]));
    assertManifestFails("announced", Kind.TOO_LARGE);
    assertManifestFails("chunked", Kind.TOO_LARGE);
  }

  @Test
  void manifest_atTheLimitIsRead() throws Exception {
    registry.manifest("fits", "x".repeat(1024));
    assertThat(manifest("fits").content().remaining()).isEqualTo(1024);
  }

  private void assertManifestFails(String reference, Kind kind) {
    Throwable failure = catchThrowable(() -> manifest(reference));
    assertThat(failure.getCause())
        .isInstanceOfSatisfying(RegistryException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private Manifest manifest(String reference) throws Exception {
    return get(
        reader.manifest(
            REPOSITORY,
            reference.startsWith("sha256:") ? new Digest(reference) : new Tag(reference)));
  }

  private BlobStat stat(Digest digest) throws Exception {
    return get(reader.stat(REPOSITORY, digest));
  }
}
