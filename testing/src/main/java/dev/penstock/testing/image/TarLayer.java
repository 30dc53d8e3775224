package dev.penstock.testing.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.List;

/** A tar archive (POSIX ustar) with one file, as an image layer has it. */
final class TarLayer {
  private static final int RECORD_BYTES = 512;
  private static final int END_BYTES = 2 * RECORD_BYTES;
  private static final int SMALLEST_BYTES = RECORD_BYTES + RECORD_BYTES + END_BYTES;
  private static final long LARGEST_OCTAL_SIZE = (1L << 33) - 1;

  private TarLayer() {}

  static Blob withOneFile(long seed, long layerBytes) {
    long records = (Math.max(layerBytes, SMALLEST_BYTES) + RECORD_BYTES - 1) / RECORD_BYTES;
    long fileBytes = records * RECORD_BYTES - RECORD_BYTES - END_BYTES;
    return Blob.joined(
        List.of(
            Blob.of(header("data/" + Long.toHexString(seed) + ".bin", fileBytes)),
            Blob.generated(seed, fileBytes),
            Blob.of(new byte[END_BYTES])));
  }

  private static byte[] header(String name, long fileBytes) {
    ByteBuffer header = ByteBuffer.allocate(RECORD_BYTES);
    put(header, 0, name);
    put(header, 100, "0000644\0" + "0000000\0" + "0000000\0");
    putSize(header, fileBytes);
    put(
        header,
        136,
        "00000000000\0"); // Modified at the epoch, so that equal seeds give equal bytes.
    put(header, 148, "        "); // The checksum counts itself as spaces.
    put(header, 156, "0");
    put(header, 257, "ustar\0" + "00");
    put(header, 148, String.format("%06o\0 ", checksum(header)));
    return header.array();
  }

  /** Eleven octal digits, or, from 8 GiB on, the base-256 form that GNU tar and Go read. */
  private static void putSize(ByteBuffer header, long fileBytes) {
    if (fileBytes <= LARGEST_OCTAL_SIZE) {
      put(header, 124, String.format("%011o\0", fileBytes));
    } else {
      header.put(124, (byte) 0x80).putLong(128, fileBytes);
    }
  }

  private static void put(ByteBuffer header, int at, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    header.put(at, bytes);
  }

  private static int checksum(ByteBuffer header) {
    int sum = 0;
    for (int at = 0; at < RECORD_BYTES; at++) {
      sum += Byte.toUnsignedInt(header.get(at));
    }
    return sum;
  }
}
