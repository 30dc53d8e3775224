package dev.penstock.client.credentials;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads JSON that holds secrets: what is wrong is said by its place and never quoted. */
final class StrictJson {
  private static final TypeAdapter<JsonElement> ELEMENTS = new Gson().getAdapter(JsonElement.class);
  private static final Pattern POSITION = Pattern.compile("at (line \\d+ column \\d+)");

  private StrictJson() {}

  /**
   * One object and nothing behind it (RFC 8259).
   *
   * @throws CredentialsException beginning with what it is that is wrong
   */
  static JsonObject object(String what, String text) throws CredentialsException {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement root = ELEMENTS.read(reader);
      if (root.isJsonObject() && reader.peek() == JsonToken.END_DOCUMENT) {
        return root.getAsJsonObject();
      }
    } catch (IOException | JsonParseException e) {
      // Neither the cause nor its message: they quote what stands there.
      throw new CredentialsException(what + " is not JSON" + position(e));
    }
    throw new CredentialsException(what + " is not one JSON object");
  }

  /** A member that is an object; an empty one when there is none. */
  static JsonObject object(String what, JsonObject parent, String name)
      throws CredentialsException {
    JsonElement member = parent.get(name);
    if (member == null || member.isJsonNull()) {
      return new JsonObject();
    }
    if (!member.isJsonObject()) {
      throw new CredentialsException("%s: '%s' is not an object".formatted(what, name));
    }
    return member.getAsJsonObject();
  }

  /** A member that is a string; empty when there is none. */
  static String string(String what, JsonObject parent, String name) throws CredentialsException {
    JsonElement member = parent.get(name);
    if (member == null || member.isJsonNull()) {
      return "";
    }
    if (!member.isJsonPrimitive() || !member.getAsJsonPrimitive().isString()) {
      throw new CredentialsException("%s: '%s' is not a string".formatted(what, name));
    }
    return member.getAsString();
  }

  private static String position(Exception e) {
    Matcher position = POSITION.matcher(String.valueOf(e.getMessage()));
    return position.find() ? " (" + position.group(1) + ")" : "";
  }
}
