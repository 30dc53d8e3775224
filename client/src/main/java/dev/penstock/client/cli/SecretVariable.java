package dev.penstock.client.cli;

import com.google.errorprone.annotations.Immutable;
import dev.penstock.client.ClientConfig;
import dev.penstock.client.Secret;
import java.util.Map;

/**
 * A secret that the environment may hold where there is no file for it. It has neither a flag nor a
 * key: other users of a machine see command lines, and configuration files get copied about.
 */
enum SecretVariable {
  PENSTOCK_TOKEN(ClientConfig.Builder::token),
  PENSTOCK_REGISTRY_PASSWORD(ClientConfig.Builder::registryPassword),
  PENSTOCK_PROXY_PASSWORD((config, secret) -> config.network().proxyPassword(secret)),
  PENSTOCK_REGISTRY_PROXY_PASSWORD(
      (config, secret) -> config.registryNetwork().proxyPassword(secret));

  private final Assignment assignment;

  SecretVariable(Assignment assignment) {
    this.assignment = assignment;
  }

  /** Puts the secret into a configuration, if there is one; a file that is set later wins. */
  void apply(ClientConfig.Builder config, Map<String, String> environment) {
    String value = environment.get(name());
    if (value != null && !value.isBlank()) {
      assignment.apply(config, Secret.inVariable(name(), value));
    }
  }

  /** Puts a secret into a configuration. */
  @Immutable
  @FunctionalInterface
  private interface Assignment {
    void apply(ClientConfig.Builder config, Secret secret);
  }
}
