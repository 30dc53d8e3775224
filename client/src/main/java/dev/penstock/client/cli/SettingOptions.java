package dev.penstock.client.cli;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Setting;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * A flag for each {@link Setting}, for every command that takes settings. Help texts show those
 * that most people need; {@code settings} lists all.
 */
final class SettingOptions {
  /** What {@link SettingsCommand} explains at length. */
  static final String[] FOOTER = {
    "", "Every setting, also as a key and as a variable: penstock-client settings"
  };

  private static final String CONFIG = "--config";
  private static final Set<Setting> COMMON =
      EnumSet.of(
          Setting.SERVER,
          Setting.TUNNEL,
          Setting.TOKEN_FILE,
          Setting.REGISTRY,
          Setting.ALLOW,
          Setting.REGISTRY_USERNAME,
          Setting.REGISTRY_PASSWORD_FILE,
          Setting.REGISTRY_AUTH_FILE,
          Setting.REGISTRY_CA,
          Setting.REGISTRY_PROXY,
          Setting.PROXY,
          Setting.CA);

  private SettingOptions() {}

  /** Adds them, and {@code --config}. */
  static void addTo(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(CONFIG)
            .paramLabel("FILE")
            .type(String.class)
            .description("YAML file with any of these settings.")
            .build());
    addFlags(spec);
  }

  /** Adds them without {@code --config}. */
  static void addFlags(CommandSpec spec) {
    for (Setting setting : Setting.values()) {
      spec.addOption(option(setting));
    }
  }

  private static OptionSpec option(Setting setting) {
    OptionSpec.Builder option =
        OptionSpec.builder("--" + setting.key())
            .paramLabel(setting.label())
            .hidden(!COMMON.contains(setting))
            .description(setting.description());
    return setting.isRepeatable()
        ? option.arity("1").type(List.class).auxiliaryTypes(String.class).build()
        : option.type(String.class).build();
  }

  /** What flags, environment and file make together. */
  static ClientConfig config(CommandSpec spec, Map<String, String> environment) {
    ParseResult parsed = spec.commandLine().getParseResult();
    try {
      return layers(parsed, environment).config();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** What is given at all, as a file would have it; only for settings that make a configuration. */
  static String yaml(ParseResult parsed, Map<String, String> environment) {
    SettingLayers layers = layers(parsed, environment);
    Map<String, Object> given = new LinkedHashMap<>();
    for (Setting setting : Setting.values()) {
      List<String> values = layers.values(setting);
      if (!values.isEmpty()) {
        given.put(setting.key(), values.size() == 1 ? values.get(0) : values);
      }
    }
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(FlowStyle.BLOCK);
    return new Yaml(options).dump(given);
  }

  private static SettingLayers layers(ParseResult parsed, Map<String, String> environment) {
    String file = file(parsed, environment);
    return new SettingLayers(
        setting -> given(parsed, setting),
        environment,
        file == null ? YamlSettings.NONE : YamlSettings.read(Path.of(file)));
  }

  /** The file that counts; null: none. */
  static @Nullable String file(ParseResult parsed, Map<String, String> environment) {
    return parsed.matchedOptionValue(CONFIG, environment.get("PENSTOCK_CONFIG"));
  }

  /** The values of a flag; empty when it is not there. */
  static List<String> given(ParseResult parsed, Setting setting) {
    String flag = "--" + setting.key();
    if (!parsed.hasMatchedOption(flag)) {
      return List.of();
    }
    return setting.isRepeatable()
        ? parsed.matchedOptionValue(flag, List.of())
        : List.of(parsed.matchedOptionValue(flag, ""));
  }
}
