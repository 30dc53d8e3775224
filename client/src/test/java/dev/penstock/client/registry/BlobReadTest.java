package dev.penstock.client.registry;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.blobPath;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.names.Digest;
import dev.penstock.client.registry.RegistryException.Kind;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blobs and ranges of them, from registries that behave in different ways. */
final class BlobReadTest extends ReaderFixture {
  @Test
  void blob_wholeArrivesWithSizeAndMediaType() throws Exception {
    byte[] content = bytes(3_000_000);
    BlobContent blob = open(registry.blob(content), BlobRange.WHOLE);

    assertThat(blob.stat()).isEqualTo(new BlobStat(content.length, "text/x-blob"));
    assertThat(blob.offset()).isZero();
    assertThat(blob.length()).isEqualTo(content.length);
    assertThat(Collected.all(blob)).isEqualTo(content);
    assertThat(registry.requests().get(0).header("Range")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "0, 500",
    "10, 0",
    "10, 20",
    "999, 1",
    "999, 0",
    "1000, 0",
    "1000, 5",
    "500, 100000",
    "500, 9223372036854775807",
  })
  void blob_rangeIsCutAtTheEnd(int offset, long length) throws Exception {
    byte[] content = bytes(1000);
    BlobContent blob = open(registry.blob(content), new BlobRange(offset, length));

    int end = length == 0 ? 1000 : (int) Math.min(1000, offset + Math.min(length, 1000));
    assertThat(blob.stat().size()).isEqualTo(1000);
    assertThat(blob.length()).isEqualTo(end - offset);
    assertThat(Collected.all(blob)).isEqualTo(Arrays.copyOfRange(content, offset, end));
  }

  @ParameterizedTest
  @CsvSource({"0, 5", "10, 20", "999, 1", "1000, 0", "500, 100000", "17, 0"})
  void blob_200ToARangeIsSkippedAndCut(int offset, long length) throws Exception {
    byte[] content = bytes(1000);
    Digest digest = registry.blob(content);
    registry.on(blobPath(digest), (request, out) -> reply(out, 200, Map.of(), content));

    BlobContent blob = open(digest, new BlobRange(offset, length));

    int end = length == 0 ? 1000 : (int) Math.min(1000, offset + length);
    assertThat(blob.length()).isEqualTo(end - offset);
    assertThat(Collected.all(blob)).isEqualTo(Arrays.copyOfRange(content, offset, end));
  }

  @Test
  void blob_200ToARangeIsNotSkippedWithoutBound() {
    byte[] content = bytes(200_000);
    Digest digest = registry.blob(content);
    registry.on(blobPath(digest), (request, out) -> reply(out, 200, Map.of(), content));

    RegistryException refused = openFails(digest, new BlobRange(150_000, 0));

    assertThat(refused.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(refused).hasMessageContaining("100000").hasMessageContaining("ignores Range");
  }

  @Test
  void blob_fromItsEndOn_hasNotTheMediaTypeOfTheError() throws Exception {
    Digest digest = registry.blob(bytes(10));
    registry.on(
        blobPath(digest),
        (request, out) -> {
          if (request.header("Range") == null) {
            registry.serve(request, out);
          } else {
            Map<String, String> headers =
                Map.of("Content-Range", "bytes */10", "Content-Type", "application/json");
            FakeHttpServer.reply(out, 416, headers, bytes(5));
          }
        });
    BlobContent content = open(digest, new BlobRange(10, 0));
    assertThat(content.length()).isZero();
    assertThat(content.stat().mediaType()).isEqualTo("application/octet-stream");
    content.cancel();
  }

  @Test
  void blob_emptyIsEmpty() throws Exception {
    Digest digest = registry.blob(new byte[0]);
    assertThat(Collected.all(open(digest, BlobRange.WHOLE))).isEmpty();
    assertThat(Collected.all(open(digest, new BlobRange(0, 7)))).isEmpty();
  }

  @Test
  void blob_offsetBehindTheEndIsOutOfRange() {
    RegistryException refused = openFails(registry.blob(bytes(10)), new BlobRange(11, 0));
    assertThat(refused.kind()).isEqualTo(Kind.OUT_OF_RANGE);
    assertThat(refused).hasMessageContaining("offset 11").hasMessageContaining("10");
  }

  @Test
  void blob_sizeComesFromHeadWhenTheBodyIsChunked() throws Exception {
    byte[] content = bytes(5000);
    Digest digest = registry.blob(content);
    registry.on(blobPath(digest), (request, out) -> chunkedOrHead(request, out, content));

    BlobContent blob = open(digest, BlobRange.WHOLE);

    assertThat(blob.stat().size()).isEqualTo(5000);
    assertThat(Collected.all(blob)).isEqualTo(content);
  }

  @Test
  void severalReads_shareOneKeptConnection() throws Exception {
    Digest digest = registry.blob(bytes(100));
    for (int i = 0; i < 5; i++) {
      Collected.all(open(digest, BlobRange.WHOLE));
    }
    assertThat(registry.server().connectionCount()).isEqualTo(1);
  }
}
