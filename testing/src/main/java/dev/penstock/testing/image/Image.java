package dev.penstock.testing.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A container image: the manifest that a tag names, what it refers to, and all blobs.
 *
 * @param top what a tag names: an image manifest, or an index of several
 * @param manifests every manifest, {@code top} last, so that each follows what it refers to
 * @param blobs configurations and layers, each once
 */
public record Image(Manifest top, List<Manifest> manifests, List<Blob> blobs) {

  /** Copies the lists. */
  public Image {
    manifests = List.copyOf(manifests);
    blobs = List.copyOf(blobs);
  }

  /** An image for {@code linux/amd64} with these layers, each an uncompressed tar archive. */
  public static Image singleArch(List<Blob> layers) {
    Map<String, Blob> blobs = new LinkedHashMap<>();
    Manifest manifest = platform("amd64", layers, blobs);
    return new Image(manifest, List.of(manifest), List.copyOf(blobs.values()));
  }

  /** An index of one image for each architecture, in the map's order. */
  public static Image multiArch(Map<String, List<Blob>> layersByArchitecture) {
    Map<String, Blob> blobs = new LinkedHashMap<>();
    Map<String, Manifest> images = new LinkedHashMap<>();
    layersByArchitecture.forEach(
        (architecture, layers) -> images.put(architecture, platform(architecture, layers, blobs)));
    Manifest index = ImageJson.index(images);
    List<Manifest> manifests = new ArrayList<>(images.values());
    manifests.add(index);
    return new Image(index, manifests, List.copyOf(blobs.values()));
  }

  private static Manifest platform(
      String architecture, List<Blob> layers, Map<String, Blob> blobs) {
    Blob config = ImageJson.config(architecture, layers);
    blobs.put(config.digest(), config);
    layers.forEach(layer -> blobs.put(layer.digest(), layer));
    return ImageJson.manifest(config, layers);
  }
}
