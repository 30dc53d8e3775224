package dev.penstock.testing.e2e;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.image.OciLayout;
import dev.penstock.testing.peers.DockerRegistry;
import dev.penstock.testing.peers.Skopeo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An image in the storage of real registries: skopeo pushed it to one that lets anybody in, and
 * others, which do not, serve the same storage.
 *
 * @param directory where the storage is, and where the registries' files go
 * @param layer the blob that tests read
 */
record PublishedImage(Path directory, Blob layer) {
  /** The tag that names it. */
  static final String TAG = "1.0";

  private static final long LAYER_BYTES = 20_000_003;

  /** Pushes it to {@link Names#REPOSITORY}. */
  static PublishedImage push(Path directory) throws IOException, InterruptedException {
    Blob layer = Blob.layer(71, LAYER_BYTES);
    Path layout = directory.resolve("layout");
    OciLayout.write(layout, Image.singleArch(List.of(layer)), TAG);
    try (DockerRegistry open = DockerRegistry.start(directory)) {
      Path output = directory.resolve("skopeo.log");
      Skopeo.push(layout, TAG, open.url(), Names.REPOSITORY, output);
    }
    return new PublishedImage(directory, layer);
  }

  /** Settings of a registry that serves it. */
  DockerRegistry.Builder registry() {
    return DockerRegistry.builder(directory);
  }

  /** Where a store finds its blobs. */
  Path storage() {
    return DockerRegistry.storage(directory);
  }
}
