package dev.penstock.client.registry;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.penstock.client.registry.RegistryException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Reads the array that is one member of a JSON object, element by element: no tree is made, whose
 * size would be many times that of the text.
 */
final class ListedArray {
  /** With the page's bytes, what bounds the memory of many tiny entries. */
  static final int MAX_ENTRIES = 100_000;

  private ListedArray() {}

  /** Takes an element off the reader, all of it. */
  interface Element {
    void read(JsonReader json) throws IOException;
  }

  /** Reads all elements. A member that is absent or null has none. */
  static void each(byte[] document, String member, Element element, Failures failures)
      throws RegistryException {
    int count = 0;
    try (JsonReader json =
        new JsonReader(
            new InputStreamReader(new ByteArrayInputStream(document), StandardCharsets.UTF_8))) {
      json.beginObject();
      while (json.hasNext()) {
        if (json.nextName().equals(member) && json.peek() == JsonToken.BEGIN_ARRAY) {
          json.beginArray();
          for (; json.hasNext(); count++) {
            checkCount(count, failures);
            element.read(json);
          }
          json.endArray();
        } else {
          json.skipValue();
        }
      }
      json.endObject();
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      // EOFException among them: the body was whole, and what is cut short is the JSON in it.
      throw failures.of(
          Kind.UNSUPPORTED,
          "the registry answers with something that is not the JSON of a list; check its URL");
    }
  }

  private static void checkCount(int count, Failures failures) throws RegistryException {
    if (count == MAX_ENTRIES) {
      throw failures.of(
          Kind.TOO_LARGE,
          "the registry answers with more than %d entries at once".formatted(MAX_ENTRIES));
    }
  }
}
