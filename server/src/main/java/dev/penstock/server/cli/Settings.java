package dev.penstock.server.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where an option's value comes from when its flag is absent: the environment, then the YAML file,
 * then the option's own default.
 *
 * <p>The flag {@code --api-tls-cert} is the variable {@code PENSTOCK_API_TLS_CERT} and the key
 * {@code api-tls-cert}. An empty variable counts as absent. {@code --registry} has neither.
 */
public final class Settings implements IDefaultValueProvider {
  /** A client's variable of this name holds a URL, and {@code fetch} means a name by the flag. */
  static final String REGISTRY = "--registry";

  private static final String CONFIG = "config";

  /** Read from their flags alone. */
  private static final Set<String> FLAGS_ONLY = Set.of(CONFIG, "registry");

  private final Map<String, String> environment;
  private final Map<String, String> file;

  private Settings(Map<String, String> environment, Map<String, String> file) {
    this.environment = environment;
    this.file = file;
  }

  /**
   * Finds the file, by {@code --config} or {@code PENSTOCK_CONFIG}, and reads it.
   *
   * @throws IllegalArgumentException when the file cannot be read or is no flat map
   */
  public static Settings of(List<String> arguments, Map<String, String> environment) {
    Map<String, String> file =
        flag(arguments, "--" + CONFIG)
            .or(() -> variable(environment, CONFIG))
            .map(YamlFile::read)
            .orElse(Map.of());
    return new Settings(environment, file);
  }

  /**
   * Makes sure that every key of the file is an option of some command, so that a misspelt one is
   * not silently without effect.
   */
  public void checkKeys(CommandSpec root) {
    Set<String> known = new TreeSet<>();
    collect(root, known);
    for (String key : file.keySet()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "unknown key '" + key + "' in the configuration file; known are " + known);
      }
    }
  }

  private static void collect(CommandSpec command, Set<String> known) {
    command.options().stream().filter(Settings::isSetting).map(Settings::key).forEach(known::add);
    command.subcommands().values().forEach(sub -> collect(sub.getCommandSpec(), known));
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || !isSetting(option)) {
      return null;
    }
    String key = key(option);
    return variable(environment, key).orElse(file.get(key));
  }

  private static boolean isSetting(OptionSpec option) {
    return !option.usageHelp() && !option.versionHelp() && !FLAGS_ONLY.contains(key(option));
  }

  private static String key(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "");
  }

  private static Optional<String> variable(Map<String, String> environment, String key) {
    String name = "PENSTOCK_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  private static Optional<String> flag(List<String> arguments, String name) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith(name + "=")) {
        return Optional.of(argument.substring(name.length() + 1));
      }
      if (argument.equals(name) && i + 1 < arguments.size()) {
        return Optional.of(arguments.get(i + 1));
      }
    }
    return Optional.empty();
  }
}
