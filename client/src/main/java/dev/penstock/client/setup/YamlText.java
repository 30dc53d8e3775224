package dev.penstock.client.setup;

import java.util.LinkedHashMap;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.Yaml;

/** Maps and lists as YAML text, one entry a line; whatever needs quotes gets them. */
final class YamlText {
  private YamlText() {}

  static String of(Object document) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(FlowStyle.BLOCK);
    options.setSplitLines(false);
    options.setIndicatorIndent(2);
    options.setIndentWithIndicator(true);
    return new Yaml(options).dump(document);
  }

  /** Two entries, in this order; takes more. */
  static Map<String, Object> ordered(String key, Object value, String other, Object its) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(key, value);
    map.put(other, its);
    return map;
  }
}
