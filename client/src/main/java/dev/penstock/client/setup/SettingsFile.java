package dev.penstock.client.setup;

import dev.penstock.client.Setting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** The YAML file that {@code run --config} reads. */
final class SettingsFile {
  private SettingsFile() {}

  /** With absolute paths. */
  static String of(Draft draft) {
    return of(draft, MountedFiles::absolute);
  }

  /**
   * With paths of elsewhere.
   *
   * @param path where a file of a setting is, there
   */
  static String of(Draft draft, BiFunction<Setting, String, String> path) {
    Map<String, Object> keys = new LinkedHashMap<>();
    draft
        .values()
        .forEach(
            (setting, values) -> {
              List<String> there =
                  values.stream()
                      .map(
                          value ->
                              MountedFiles.isNamedBy(setting, value)
                                  ? path.apply(setting, value)
                                  : value)
                      .toList();
              keys.put(setting.key(), there.size() == 1 ? there.get(0) : there);
            });
    return YamlText.of(keys);
  }
}
