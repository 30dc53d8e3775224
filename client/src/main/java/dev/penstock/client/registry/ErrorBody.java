package dev.penstock.client.registry;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The first error of the body that the specification asks for ("Error Codes").
 *
 * @param code one of the specification's or like one, such as {@code BLOB_UNKNOWN}; may be empty
 * @param message the registry's own words; may name accounts and hosts of the customer's, and be
 *     empty
 */
record ErrorBody(String code, String message) {
  private static final ErrorBody NONE = new ErrorBody("", "");
  private static final int MAX_QUOTED_CHARS = 200;
  private static final Pattern CODE = Pattern.compile("[A-Z]{1,20}(_[A-Z]{1,20}){0,3}");

  /** Empty where there is none. */
  static ErrorBody of(byte[] body) {
    try {
      JsonObject json =
          JsonParser.parseString(new String(body, StandardCharsets.UTF_8)).getAsJsonObject();
      JsonArray errors = json.getAsJsonArray("errors");
      JsonObject first = errors.get(0).getAsJsonObject();
      String code = text(first, "code");
      return CODE.matcher(code).matches()
          ? new ErrorBody(code, printable(text(first, "message")))
          : new ErrorBody("", printable(code + " " + text(first, "message")));
    } catch (JsonParseException
        | IllegalStateException
        | ClassCastException
        | NullPointerException
        | IndexOutOfBoundsException e) {
      return NONE;
    }
  }

  /** To follow a status. */
  String codeAfterComma() {
    return code.isEmpty() ? "" : ", " + code;
  }

  private static String text(JsonObject error, String key) {
    return error.has(key) ? error.get(key).getAsString() : "";
  }

  private static String printable(String text) {
    String line = text.strip().replaceAll("[^\\x20-\\x7e]", "?");
    return line.substring(0, Math.min(line.length(), MAX_QUOTED_CHARS));
  }
}
