package dev.penstock.client.policy.file;

import dev.penstock.client.policy.Quoted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the file. It knows where it stands, and each of its errors begins with that.
 *
 * @param place the file, and the way to this mapping in it
 * @param values as YAML has them: texts, lists and mappings
 */
record Section(String place, Map<String, Object> values) {
  /**
   * The value as a mapping that has none but these keys.
   *
   * @param keys none: any
   * @throws IllegalArgumentException as all methods here: naming the place and what is accepted
   */
  static Section of(String place, @Nullable Object value, String... keys) {
    if (!(value instanceof Map<?, ?> mapping)) {
      throw new IllegalArgumentException(
          "%s: must hold 'key: value' lines%s".formatted(place, accepted(List.of(keys))));
    }
    Map<String, Object> values = new LinkedHashMap<>();
    mapping.forEach((key, one) -> values.put(known(place, key, List.of(keys)), one));
    return new Section(place, values);
  }

  private static String known(String place, Object key, List<String> keys) {
    if (key instanceof String text && (keys.isEmpty() || keys.contains(text))) {
      return text;
    }
    String shown = key instanceof String text ? Quoted.of(text) : "that is no plain text";
    throw new IllegalArgumentException(
        "%s: has a key %s, which is unknown%s".formatted(place, shown, accepted(keys)));
  }

  private static String accepted(List<String> keys) {
    return keys.isEmpty() ? "" : "; accepted are " + String.join(", ", keys);
  }

  /** The same mapping, called by a name that is known by now. */
  Section at(String otherPlace) {
    return new Section(otherPlace, values);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** The mapping under this key, with none but these keys of its own; empty when there is none. */
  Optional<Section> section(String key, String... keys) {
    return Optional.ofNullable(values.get(key)).map(value -> of(place + ": " + key, value, keys));
  }

  Optional<String> text(String key) {
    return Optional.ofNullable(values.get(key)).map(value -> scalar(key, value));
  }

  /** One text stands for a list of one. */
  Optional<List<String>> texts(String key) {
    Object value = values.get(key);
    if (!(value instanceof List<?> several)) {
      return text(key).map(List::of);
    }
    if (several.isEmpty()) {
      throw wrong(key, "is empty; give at least one");
    }
    return Optional.of(several.stream().map(one -> scalar(key, one)).toList());
  }

  private String scalar(String key, @Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw wrong(key, "must be one plain text, or a list of such where several are accepted");
  }

  /** Reads a text by a parser whose errors then name the place. */
  <T> T parse(String key, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw wrong(key, String.valueOf(e.getMessage()));
    }
  }

  /** Makes a value whose errors begin with a key. */
  <T> T make(Supplier<T> constructor) {
    try {
      return constructor.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
    }
  }

  IllegalArgumentException wrong(String key, String rule) {
    return new IllegalArgumentException("%s: %s: %s".formatted(place, key, rule));
  }
}
