package dev.penstock.client.registry;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.penstock.client.names.Digest;
import dev.penstock.client.names.InvalidNameException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads one descriptor of an image index; what it does not know, it passes over. */
final class ReferrerReader {
  private String mediaType = "";
  private String digest = "";
  private String artifactType = "";
  private long size = -1;
  private Map<String, String> annotations = Map.of();

  private ReferrerReader() {}

  /** Empty when it is no descriptor, or one without a valid media type, digest or size. */
  static Optional<Referrer> read(JsonReader json) throws IOException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      json.skipValue();
      return Optional.empty();
    }
    ReferrerReader reader = new ReferrerReader();
    json.beginObject();
    while (json.hasNext()) {
      reader.readMember(json, json.nextName());
    }
    json.endObject();
    return reader.referrer();
  }

  private void readMember(JsonReader json, String name) throws IOException {
    switch (name) {
      case "mediaType" -> mediaType = string(json);
      case "digest" -> digest = string(json);
      case "artifactType" -> artifactType = string(json);
      case "size" -> size = number(json);
      case "annotations" -> annotations = annotations(json);
      default -> json.skipValue();
    }
  }

  private static String string(JsonReader json) throws IOException {
    if (json.peek() == JsonToken.STRING) {
      return json.nextString();
    }
    json.skipValue();
    return "";
  }

  private static long number(JsonReader json) throws IOException {
    if (json.peek() == JsonToken.NUMBER) {
      String text = json.nextString();
      return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }
    json.skipValue();
    return -1;
  }

  private static Map<String, String> annotations(JsonReader json) throws IOException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      json.skipValue();
      return Map.of();
    }
    Map<String, String> annotations = new HashMap<>();
    json.beginObject();
    while (json.hasNext()) {
      String key = json.nextName();
      if (json.peek() == JsonToken.STRING) {
        annotations.put(key, json.nextString());
      } else {
        json.skipValue();
      }
    }
    json.endObject();
    return annotations;
  }

  private Optional<Referrer> referrer() {
    try {
      return mediaType.isEmpty() || size < 0
          ? Optional.empty()
          : Optional.of(
              new Referrer(mediaType, new Digest(digest), size, artifactType, annotations));
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
  }
}
