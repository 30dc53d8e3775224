package dev.penstock.client.cli;

import dev.penstock.client.Setting;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Settings from a YAML file: one mapping from keys to values, or to lists where a setting is
 * repeatable. Unknown keys are errors, since they are typing errors.
 */
record YamlSettings(String name, Map<Setting, List<String>> values) {
  static final YamlSettings NONE = new YamlSettings("no file", Map.of());

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException naming the file and the key that is wrong
   */
  static YamlSettings read(Path file) {
    Map<Setting, List<String>> values = new EnumMap<>(Setting.class);
    try (Reader text = Files.newBufferedReader(file)) {
      Object root = new Yaml(new SafeConstructor(options())).load(text);
      if (!(root instanceof Map<?, ?> keys)) {
        throw new IllegalArgumentException("config: " + file + " must hold 'key: value' lines");
      }
      keys.forEach((key, value) -> values.put(setting(file, key), list(file, key, value)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "config: %s cannot be read (%s)".formatted(file, e.getClass().getSimpleName()), e);
    } catch (YAMLException e) {
      throw new IllegalArgumentException("config: %s: %s".formatted(file, e.getMessage()), e);
    }
    return new YamlSettings(file.toString(), values);
  }

  List<String> values(Setting setting) {
    return values.getOrDefault(setting, List.of());
  }

  /** For messages. */
  String place(Setting setting) {
    return setting.key() + " in " + name;
  }

  private static LoaderOptions options() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return options;
  }

  private static Setting setting(Path file, @Nullable Object key) {
    return Stream.of(Setting.values())
        .filter(setting -> setting.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "config: %s has no setting '%s'".formatted(file, key)));
  }

  private static List<String> list(Path file, Object key, @Nullable Object value) {
    if (value instanceof List<?> several && setting(file, key).isRepeatable()) {
      return several.stream().map(one -> scalar(file, key, one)).toList();
    }
    return List.of(scalar(file, key, value));
  }

  private static String scalar(Path file, Object key, @Nullable Object value) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw new IllegalArgumentException(
        "config: %s in %s must be one plain value".formatted(key, file));
  }
}
