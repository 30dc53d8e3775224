package dev.penstock.client.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.penstock.client.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;

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
  static void each(ByteBuffer document, String member, Element element, Failures failures)
      throws RegistryException {
    int count = 0;
    try (JsonReader json = new JsonReader(new InputStreamReader(stream(document), UTF_8))) {
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

  private static InputStream stream(ByteBuffer document) {
    ByteBuffer rest = document.duplicate();
    return new InputStream() {
      @Override
      public int read() {
        return rest.hasRemaining() ? rest.get() & 0xff : -1;
      }

      @Override
      public int read(byte[] into, int offset, int length) {
        int count = Math.min(length, rest.remaining());
        rest.get(into, offset, count);
        return count == 0 && length > 0 ? -1 : count;
      }
    };
  }

  private static void checkCount(int count, Failures failures) throws RegistryException {
    if (count == MAX_ENTRIES) {
      throw failures.of(
          Kind.TOO_LARGE,
          "the registry answers with more than %d entries at once".formatted(MAX_ENTRIES));
    }
  }
}
