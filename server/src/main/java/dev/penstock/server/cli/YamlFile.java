package dev.penstock.server.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads a configuration file: one map of option names to values or lists of values. */
final class YamlFile {
  private YamlFile() {}

  static Map<String, String> read(String path) {
    try (Reader reader = Files.newBufferedReader(Path.of(path))) {
      LoaderOptions options = new LoaderOptions();
      options.setAllowDuplicateKeys(false);
      return flat(new Yaml(new SafeConstructor(options)).load(reader));
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read configuration file " + e.getMessage(), e);
    } catch (YAMLException | IllegalArgumentException e) {
      throw new IllegalArgumentException("configuration file " + path + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, String> flat(@Nullable Object document) {
    if (document == null) {
      return Map.of();
    }
    if (!(document instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("expected 'key: value' lines");
    }
    Map<String, String> values = new LinkedHashMap<>();
    map.forEach((key, value) -> values.put(String.valueOf(key), text(key, value)));
    return values;
  }

  private static String text(Object key, @Nullable Object value) {
    if (value == null || value instanceof Map) {
      throw new IllegalArgumentException("'" + key + "' needs a value or a list of values");
    }
    return value instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
        : value.toString();
  }
}
