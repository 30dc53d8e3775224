package dev.penstock.client.cli;

import com.google.errorprone.annotations.Immutable;
import dev.penstock.client.ClientConfig;
import dev.penstock.client.Secret;
import dev.penstock.client.Setting;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A secret that the environment may hold itself, in place of naming its file: {@code
 * PENSTOCK_TOKEN} is the token, and {@code PENSTOCK_TOKEN_FILE}, the variable of the setting {@code
 * token-file}, is where the token is. The two are one value of one place, the environment; both at
 * once are an error. It has neither a flag nor a key: other users of a machine see command lines,
 * and configuration files get copied about.
 */
enum SecretVariable {
  PENSTOCK_TOKEN(Setting.TOKEN_FILE, ClientConfig.Builder::token),
  PENSTOCK_REGISTRY_PASSWORD(
      Setting.REGISTRY_PASSWORD_FILE, ClientConfig.Builder::registryPassword),
  PENSTOCK_PROXY_PASSWORD(
      Setting.PROXY_PASSWORD_FILE, (config, secret) -> config.network().proxyPassword(secret)),
  PENSTOCK_REGISTRY_PROXY_PASSWORD(
      Setting.REGISTRY_PROXY_PASSWORD_FILE,
      (config, secret) -> config.registryNetwork().proxyPassword(secret));

  private final Setting file;
  private final Assignment assignment;

  SecretVariable(Setting file, Assignment assignment) {
    this.file = file;
    this.assignment = assignment;
  }

  /** The setting that names a file with this secret. */
  Setting file() {
    return file;
  }

  /** The one that may stand in for a setting's file. */
  static Optional<SecretVariable> inPlaceOf(Setting setting) {
    return Stream.of(values()).filter(secret -> secret.file == setting).findFirst();
  }

  /**
   * Puts the secret into a configuration.
   *
   * @return whether there is one
   * @throws IllegalArgumentException when the environment names its file, too
   */
  boolean apply(ClientConfig.Builder config, Map<String, String> environment) {
    if (!isSet(environment, name())) {
      return false;
    }
    if (isSet(environment, file.variable())) {
      throw new IllegalArgumentException(
          "%s and %s are both set; give one of them".formatted(name(), file.variable()));
    }
    assignment.apply(config, Secret.inVariable(name(), environment.getOrDefault(name(), "")));
    return true;
  }

  private static boolean isSet(Map<String, String> environment, String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  /** Puts the secret into a configuration. */
  @Immutable
  @FunctionalInterface
  private interface Assignment {
    void apply(ClientConfig.Builder config, Secret secret);
  }
}
