package dev.penstock.testing.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.penstock.testing.image.Manifest;
import java.nio.ByteBuffer;

/** What the list of referrers says of a manifest (image specification 1.1, "Descriptor"). */
final class Descriptors {
  private Descriptors() {}

  /** The digest of the manifest's subject; empty when it has none. */
  static String subject(Manifest manifest) {
    JsonElement subject = parse(manifest).get("subject");
    return subject == null ? "" : subject.getAsJsonObject().get("digest").getAsString();
  }

  static JsonObject of(Manifest manifest) {
    JsonObject content = parse(manifest);
    JsonObject descriptor = new JsonObject();
    descriptor.addProperty("mediaType", manifest.mediaType());
    descriptor.addProperty("digest", manifest.digest());
    descriptor.addProperty("size", manifest.content().size());
    JsonElement type = content.get("artifactType");
    descriptor.addProperty("artifactType", type == null ? "" : type.getAsString());
    if (content.has("annotations")) {
      descriptor.add("annotations", content.get("annotations"));
    }
    return descriptor;
  }

  private static JsonObject parse(Manifest manifest) {
    ByteBuffer content = manifest.content().read(0, Math.toIntExact(manifest.content().size()));
    return JsonParser.parseString(UTF_8.decode(content).toString()).getAsJsonObject();
  }
}
