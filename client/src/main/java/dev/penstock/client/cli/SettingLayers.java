package dev.penstock.client.cli;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Setting;
import dev.penstock.client.audit.AuditTarget;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where settings come from, the strongest first: flags, environment, file; what none of them has
 * keeps its default. The values of one key all come from one place. A {@link SecretVariable} is of
 * the environment, as the variable that names the secret's file.
 *
 * @param flags the values given for a setting, empty when it was not given
 */
record SettingLayers(
    Function<Setting, List<String>> flags, Map<String, String> environment, YamlSettings file) {

  /**
   * The configuration that they make together.
   *
   * @throws IllegalArgumentException naming the key that is wrong, and where it was given
   */
  ClientConfig config() {
    ClientConfig.Builder config =
        ClientConfig.builder().environment(environment).audit(AuditTarget.STANDARD_OUTPUT);
    for (Setting setting : Setting.values()) {
      if (!applyFrom("--" + setting.key(), flags.apply(setting), setting, config)
          && !applyFromEnvironment(setting, config)) {
        applyFrom(file.place(setting), file.values(setting), setting, config);
      }
    }
    return config.build();
  }

  private boolean applyFromEnvironment(Setting setting, ClientConfig.Builder config) {
    boolean isSecret =
        SecretVariable.inPlaceOf(setting)
            .map(secret -> secret.apply(config, environment))
            .orElse(false);
    return isSecret || applyFrom(setting.variable(), variables(setting), setting, config);
  }

  /** What a setting is given as, at the strongest place that has it; empty: nowhere. */
  List<String> values(Setting setting) {
    return Stream.of(flags.apply(setting), variables(setting), file.values(setting))
        .filter(values -> !values.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private static boolean applyFrom(
      String place, List<String> values, Setting setting, ClientConfig.Builder config) {
    try {
      setting.apply(config, values);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s (given by %s)".formatted(e.getMessage(), place), e);
    }
    return !values.isEmpty();
  }

  private List<String> variables(Setting setting) {
    String value = environment.get(setting.variable());
    if (value == null || value.isBlank()) {
      return List.of();
    }
    return setting.isRepeatable()
        ? Stream.of(value.split("[,\\s]+", -1)).filter(part -> !part.isEmpty()).toList()
        : List.of(value);
  }
}
