package dev.penstock.client.doctor.diagnosis;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.penstock.tunnel.connection.ForeignText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it reached the server, in the server's own words (proto/README.md, "What arrived").
 *
 * @param version such as {@code HTTP/1.1}
 * @param peer whom the server saw: the hop next to it
 * @param isTls whether it came to the server itself under TLS
 * @param headers with values of those that hops leave, and without those that may be secret
 * @param json all of it as it came, for a bundle
 */
public record Arrived(
    String version, String path, String peer, boolean isTls, HeaderFields headers, String json) {

  /**
   * Reads what the server says: the object itself, or the body of an answer that has it.
   *
   * @return empty if it is neither
   */
  public static Optional<Arrived> parse(String text) {
    try {
      return text.stripLeading().startsWith("{")
          ? read(JsonParser.parseString(text).getAsJsonObject())
          : Optional.empty();
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
      return Optional.empty(); // somebody else's words
    }
  }

  private static Optional<Arrived> read(JsonObject object) {
    JsonObject arrived = object.get("arrived") instanceof JsonObject nested ? nested : object;
    if (!(arrived.get("headers") instanceof JsonObject headers)) {
      return Optional.empty();
    }
    return Optional.of(
        new Arrived(
            // Both are shown, and any hop can write this in the server's place.
            ForeignText.printable(text(arrived, "version")),
            text(arrived, "path"),
            ForeignText.printable(text(arrived, "peer").replaceFirst("^.*/", "")),
            Boolean.parseBoolean(text(arrived, "tls")),
            fields(headers),
            arrived.toString()));
  }

  private static HeaderFields fields(JsonObject headers) {
    List<HeaderFields.Field> fields = new ArrayList<>();
    for (Map.Entry<String, JsonElement> header : headers.entrySet()) {
      fields.add(new HeaderFields.Field(header.getKey(), header.getValue().getAsString()));
    }
    return new HeaderFields(fields);
  }

  private static String text(JsonObject object, String name) {
    JsonElement value = object.get(name);
    return value == null || !value.isJsonPrimitive() ? "" : value.getAsString();
  }

  /** Whether a hop speaks HTTP/1.0 to the server, which knows no upgrade. */
  boolean isHttp10() {
    return version.equals("HTTP/1.0");
  }
}
