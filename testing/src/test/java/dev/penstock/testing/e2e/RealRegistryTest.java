package dev.penstock.testing.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.penstock.registry.v1.FetchManifestResponse;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.image.OciLayout;
import dev.penstock.testing.peers.DockerRegistry;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.RequiresPeer;
import dev.penstock.testing.peers.Skopeo;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images that skopeo pushed to Debian's registry, read as a caller reads them who knows nothing but
 * the tag: the manifests tell the digests, and each blob has to have its own.
 */
@RequiresPeer({PeerBinary.DOCKER_REGISTRY, PeerBinary.SKOPEO})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealRegistryTest {
  private static final long LARGE_LAYER_BYTES = 300L << 20;

  private final Blob largeLayer = Blob.layer(1, LARGE_LAYER_BYTES);
  private final Image single =
      Image.singleArch(List.of(largeLayer, Blob.layer(2, 70_000), Blob.layer(3, 5_000_000)));
  private final Image multi =
      Image.multiArch(
          new LinkedHashMap<>(
              Map.of(
                  "amd64", List.of(largeLayer, Blob.layer(4, 1 << 20)),
                  "arm64", List.of(Blob.layer(5, 3 << 20)))));
  private DockerRegistry registry;
  private Deployment penstock;

  @BeforeAll
  void pushImages(@TempDir Path directory) throws Exception {
    registry = DockerRegistry.start(directory);
    push(directory, single, "single");
    push(directory, multi, "multi");
    penstock = Deployment.builder(directory).registry(registry.url()).start();
  }

  private void push(Path directory, Image image, String tag) throws Exception {
    Path layout = directory.resolve(tag);
    OciLayout.write(layout, image, tag);
    Path output = directory.resolve(tag + ".log");
    Skopeo.push(layout, tag, registry.url(), Names.REPOSITORY, output);
  }

  @AfterAll
  void stop() {
    if (penstock != null) {
      penstock.close();
    }
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void singleArchImage_arrivesBlobByBlob() throws Exception {
    assertThat(pull("single")).isEqualTo(digests(single));
  }

  @Test
  void multiArchImage_arrivesBlobByBlob() throws Exception {
    assertThat(pull("multi")).isEqualTo(digests(multi));
  }

  @Test
  void manifest_isTheSameByTagAndByDigest() {
    FetchManifestResponse byTag = manifest("multi");
    FetchManifestResponse byDigest = manifest(multi.top().digest());
    assertThat(byTag).isEqualTo(byDigest);
    assertThat(byTag.getDigest()).isEqualTo(multi.top().digest());
    assertThat(byTag.getMediaType()).isEqualTo(multi.top().mediaType());
    assertThat(Blob.of(byTag.getContent().toByteArray()).digest()).isEqualTo(byTag.getDigest());
  }

  @Test
  void range_isTheSameAsThatPartOfTheBlob() throws Exception {
    long offset = 123_456_789;
    long length = 10_000_001;
    BlobReceiver receiver = BlobReceiver.reading();
    penstock.fetch(Names.blobRange(largeLayer.digest(), offset, length), receiver);
    assertThat(receiver.await(Bounds.TRANSFER).getCode()).isEqualTo(Status.Code.OK);
    assertThat(receiver.digest()).isEqualTo(Part.of(largeLayer, offset, length).digest());
  }

  @Test
  void stat_tellsTheSizeWithoutATransfer() {
    var stat = penstock.caller().statBlob(Names.stat(largeLayer.digest()));
    assertThat(stat.getSize()).isEqualTo(largeLayer.size());
  }

  /** Follows the tag to everything below it, fetches it all, and returns the blobs' digests. */
  private Set<String> pull(String tag) throws Exception {
    Set<String> fetched = new TreeSet<>();
    for (String digest : blobsBelow(manifest(tag))) {
      BlobReceiver receiver = BlobReceiver.reading();
      penstock.fetch(Names.blob(digest), receiver);
      Status status = receiver.await(Bounds.TRANSFER);
      assertThat(status.getCode()).as("%s: %s", digest, status).isEqualTo(Status.Code.OK);
      assertThat(receiver.header(Bounds.EVENT).getSize()).isEqualTo(receiver.bytes());
      assertThat(receiver.digest()).isEqualTo(digest);
      fetched.add(digest);
    }
    return fetched;
  }

  private List<String> blobsBelow(FetchManifestResponse manifest) {
    JsonObject json =
        JsonParser.parseString(manifest.getContent().toString(UTF_8)).getAsJsonObject();
    List<String> digests = new ArrayList<>();
    if (json.has("manifests")) {
      for (JsonElement each : json.getAsJsonArray("manifests")) {
        digests.addAll(blobsBelow(manifest(digest(each))));
      }
    } else {
      digests.add(digest(json.get("config")));
      json.getAsJsonArray("layers").forEach(layer -> digests.add(digest(layer)));
    }
    return digests;
  }

  private FetchManifestResponse manifest(String reference) {
    return penstock.caller().fetchManifest(Names.manifest(reference));
  }

  private static String digest(JsonElement descriptor) {
    return descriptor.getAsJsonObject().get("digest").getAsString();
  }

  private static Set<String> digests(Image image) {
    Set<String> digests = new TreeSet<>();
    image.blobs().forEach(blob -> digests.add(blob.digest()));
    return digests;
  }
}
