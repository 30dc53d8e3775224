package dev.penstock.testing.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;

/** The JSON documents of the OCI image specification 1.1, as far as a puller looks at them. */
final class ImageJson {
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

  private ImageJson() {}

  static Blob config(String architecture, List<Blob> layers) {
    JsonObject rootfs = new JsonObject();
    rootfs.addProperty("type", "layers");
    JsonArray diffIds = new JsonArray();
    layers.forEach(layer -> diffIds.add(layer.digest()));
    rootfs.add("diff_ids", diffIds);
    JsonObject config = platform(architecture);
    config.add("config", new JsonObject());
    config.add("rootfs", rootfs);
    return bytes(config);
  }

  static Manifest manifest(Blob config, List<Blob> layers) {
    JsonArray layerDescriptors = new JsonArray();
    layers.forEach(layer -> layerDescriptors.add(descriptor(LAYER, layer)));
    JsonObject manifest = versioned(Manifest.IMAGE);
    manifest.add("config", descriptor(CONFIG, config));
    manifest.add("layers", layerDescriptors);
    return new Manifest(bytes(manifest), Manifest.IMAGE);
  }

  static Manifest index(Map<String, Manifest> imagesByArchitecture) {
    JsonArray descriptors = new JsonArray();
    imagesByArchitecture.forEach(
        (architecture, image) -> {
          JsonObject descriptor = descriptor(image.mediaType(), image.content());
          descriptor.add("platform", platform(architecture));
          descriptors.add(descriptor);
        });
    JsonObject index = versioned(Manifest.INDEX);
    index.add("manifests", descriptors);
    return new Manifest(bytes(index), Manifest.INDEX);
  }

  /** The {@code index.json} of an image layout: one image, under a tag. */
  static Blob layoutIndex(Manifest top, String tag) {
    JsonObject annotations = new JsonObject();
    annotations.addProperty("org.opencontainers.image.ref.name", tag);
    JsonObject descriptor = descriptor(top.mediaType(), top.content());
    descriptor.add("annotations", annotations);
    JsonArray descriptors = new JsonArray();
    descriptors.add(descriptor);
    JsonObject index = versioned(Manifest.INDEX);
    index.add("manifests", descriptors);
    return bytes(index);
  }

  private static JsonObject versioned(String mediaType) {
    JsonObject document = new JsonObject();
    document.addProperty("schemaVersion", 2);
    document.addProperty("mediaType", mediaType);
    return document;
  }

  private static JsonObject descriptor(String mediaType, Blob blob) {
    JsonObject descriptor = new JsonObject();
    descriptor.addProperty("mediaType", mediaType);
    descriptor.addProperty("digest", blob.digest());
    descriptor.addProperty("size", blob.size());
    return descriptor;
  }

  private static JsonObject platform(String architecture) {
    JsonObject platform = new JsonObject();
    platform.addProperty("architecture", architecture);
    platform.addProperty("os", "linux");
    return platform;
  }

  private static Blob bytes(JsonElement document) {
    return Blob.of(document.toString().getBytes(UTF_8));
  }
}
