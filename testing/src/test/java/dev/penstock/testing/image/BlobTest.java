package dev.penstock.testing.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobTest {
  private static final int BLOCK_BYTES = 4_194_301;

  @Test
  void digest_isTheSha256OfTheBytes() {
    // From FIPS 180-2, appendix B.1.
    assertThat(Blob.of("abc".getBytes(UTF_8)).digest())
        .isEqualTo("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 7, 8, 9, 65_537, BLOCK_BYTES - 1, BLOCK_BYTES, 2L * BLOCK_BYTES + 5})
  void generated_hasExactlyItsSize(long size) {
    assertThat(bytes(Blob.generated(3, size), 1 << 16)).hasSize((int) size);
  }

  @Test
  void generated_isTheSameHoweverItIsRead() {
    Blob blob = Blob.generated(42, 3L * BLOCK_BYTES);
    assertThat(bytes(blob, 4_099)).isEqualTo(bytes(blob, 1 << 20));
  }

  @Test
  void generated_dependsOnTheSeedAlone() {
    String first = Blob.generated(1, 100_000).digest();
    assertThat(Blob.generated(1, 100_000).digest()).isEqualTo(first);
    assertThat(Blob.generated(2, 100_000).digest()).isNotEqualTo(first);
  }

  @Test
  void generated_holdsNoEqualBuffersAtEqualSteps() {
    Blob blob = Blob.generated(1, 64L << 20);
    byte[] bytes = bytes(blob, 1 << 20);
    int step = 128 * 1024;
    long distinct =
        IntStream.range(0, bytes.length / step)
            .mapToObj(i -> ByteBuffer.wrap(bytes, i * step, step))
            .distinct()
            .count();
    assertThat(distinct).isEqualTo(bytes.length / step);
  }

  @Test
  void generated_doesNotCompress() {
    byte[] bytes = bytes(Blob.generated(5, 1 << 20), 1 << 20);
    Deflater deflater = new Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    byte[] compressed = new byte[2 << 20];
    assertThat(deflater.deflate(compressed)).isGreaterThan(bytes.length);
    deflater.end();
  }

  @Test
  void generated_pastFourGibibytesIsReadable() {
    long size = (10L << 30) + 1;
    assertThat(Blob.generated(1, size).read(size - 1, 100).remaining()).isEqualTo(1);
  }

  @Test
  void read_outsideTheBlobIsRefused() {
    Blob blob = Blob.generated(1, 10);
    assertThatThrownBy(() -> blob.read(10, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> blob.read(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void joined_readsAcrossItsSeams() {
    Blob joined = Blob.joined(List.of(Blob.of(new byte[] {1, 2}), Blob.of(new byte[] {3})));
    assertThat(bytes(joined, 100)).containsExactly(1, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 2_048, 2_049, 1 << 20})
  void layer_isATarOfWholeRecords(long size) {
    Blob layer = Blob.layer(255, size);
    byte[] bytes = bytes(layer, 1 << 20);
    assertThat(layer.size()).isGreaterThanOrEqualTo(size).isLessThan(Math.max(size, 2_048) + 512);
    assertThat(layer.size() % 512).isZero();
    assertThat(new String(bytes, 0, 11, US_ASCII)).isEqualTo("data/ff.bin");
    assertThat(new String(bytes, 257, 5, US_ASCII)).isEqualTo("ustar");
    assertThat(Long.parseLong(new String(bytes, 124, 11, US_ASCII), 8))
        .isEqualTo(bytes.length - 1536);
  }

  private static byte[] bytes(Blob blob, int pieceBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (out.size() < blob.size()) {
      ByteBuffer piece = blob.read(out.size(), pieceBytes);
      byte[] bytes = new byte[piece.remaining()];
      piece.get(bytes);
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }
}
