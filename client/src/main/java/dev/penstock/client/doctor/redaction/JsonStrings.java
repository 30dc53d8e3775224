package dev.penstock.client.doctor.redaction;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.function.BinaryOperator;

/** JSON with other strings in it: whatever stands in these, it stays JSON. */
final class JsonStrings {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private JsonStrings() {}

  /**
   * Each string by a rule.
   *
   * @param rule of the member's name and the string; in an array, of the array's name
   */
  static String map(JsonElement json, BinaryOperator<String> rule) {
    return GSON.toJson(mapped("", json, rule));
  }

  private static JsonElement mapped(String name, JsonElement json, BinaryOperator<String> rule) {
    if (json.isJsonObject()) {
      JsonObject object = new JsonObject();
      json.getAsJsonObject()
          .asMap()
          .forEach((key, value) -> object.add(rule.apply("", key), mapped(key, value, rule)));
      return object;
    }
    if (json.isJsonArray()) {
      JsonArray array = new JsonArray();
      json.getAsJsonArray().forEach(value -> array.add(mapped(name, value, rule)));
      return array;
    }
    return json.isJsonPrimitive() && json.getAsJsonPrimitive().isString()
        ? new JsonPrimitive(rule.apply(name, json.getAsString()))
        : json;
  }
}
