package dev.penstock.testing.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes an image as a directory in the OCI image layout, which skopeo and others read. */
public final class OciLayout {
  private static final int WRITE_BYTES = 1 << 20;

  private OciLayout() {}

  /** Writes {@code image} under {@code tag} into {@code directory}, which is made if absent. */
  public static void write(Path directory, Image image, String tag) throws IOException {
    Path blobs = Files.createDirectories(directory.resolve("blobs").resolve("sha256"));
    for (Blob blob : image.blobs()) {
      writeBlob(blobs, blob);
    }
    for (Manifest manifest : image.manifests()) {
      writeBlob(blobs, manifest.content());
    }
    writeFile(directory.resolve("index.json"), ImageJson.layoutIndex(image.top(), tag));
    Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}", UTF_8);
  }

  private static void writeBlob(Path blobs, Blob blob) throws IOException {
    writeFile(blobs.resolve(blob.digest().substring("sha256:".length())), blob);
  }

  private static void writeFile(Path file, Blob blob) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long offset = 0; offset < blob.size(); ) {
        ByteBuffer piece = blob.read(offset, WRITE_BYTES);
        while (piece.hasRemaining()) {
          offset += out.write(piece);
        }
      }
    }
  }
}
