package dev.penstock.client.setup;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Secret;
import dev.penstock.client.Setting;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration in the making: settings so far, and the secrets that were typed, each under the
 * setting that will name its file. Its text has no secret. Not for several threads.
 */
final class Draft {
  /** Stand in for what is not known yet; nobody connects to them. */
  private static final URI NO_SERVER = URI.create("wss://unknown.invalid");

  private static final String NO_REGISTRY = "https://unknown.invalid";
  private static final String NO_TUNNEL = "unknown";

  private final Map<String, String> environment;
  private final Map<Setting, List<String>> values = new EnumMap<>(Setting.class);
  private final Map<Setting, String> secrets = new EnumMap<>(Setting.class);

  /**
   * An empty one.
   *
   * @param environment that names proxies and authentication files
   */
  Draft(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Puts a setting in.
   *
   * @throws IllegalArgumentException saying what is accepted; then nothing has changed
   */
  void set(Setting setting, List<String> value) {
    List<String> before = values.put(setting, List.copyOf(value));
    try {
      var unused = config();
    } catch (IllegalArgumentException e) {
      if (before == null) {
        values.remove(setting);
      } else {
        values.put(setting, before);
      }
      throw e;
    }
  }

  /**
   * Puts in several that may need each other.
   *
   * @throws IllegalArgumentException saying what is accepted; then the draft is of no use
   */
  void setAll(Map<Setting, List<String>> several) {
    values.putAll(several);
    var unused = config();
  }

  /** Takes it out again. */
  void unset(Setting setting) {
    values.remove(setting);
    secrets.remove(setting);
  }

  /** Keeps a secret that will be written to the file that the setting names. */
  void setSecret(Setting setting, Path file, String secret) {
    secrets.put(setting, secret);
    values.put(setting, List.of(file.toString()));
  }

  boolean has(Setting setting) {
    return values.containsKey(setting);
  }

  /** In the order of {@link Setting}. */
  Map<Setting, List<String>> values() {
    return new EnumMap<>(values);
  }

  /** By the settings that name their files. */
  Map<Setting, String> secrets() {
    return new EnumMap<>(secrets);
  }

  /**
   * What it is so far, with something harmless for what is missing.
   *
   * @throws IllegalArgumentException saying what is accepted
   */
  ClientConfig config() {
    ClientConfig.Builder config =
        ClientConfig.builder()
            .environment(environment)
            .server(NO_SERVER)
            .tunnel(NO_TUNNEL)
            .token(Secret.of(NO_TUNNEL));
    values.forEach((setting, value) -> setting.apply(config, value));
    if (!has(Setting.REGISTRY)) {
      config.registry(NO_REGISTRY);
    }
    secrets.forEach((setting, secret) -> apply(config, setting, Secret.typed(secret)));
    return config.build();
  }

  private static void apply(ClientConfig.Builder config, Setting setting, Secret secret) {
    if (setting == Setting.REGISTRY_PASSWORD_FILE) {
      config.registryPassword(secret);
    } else {
      config.token(secret);
    }
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
