package dev.penstock.client.check;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.registry.RegistryEndpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Tries all of a configuration: first what is on this machine, then every peer, all at once. What
 * is found is told as it comes, in the order of the configuration.
 */
public final class Check {
  private final ClientConfig config;
  private final Map<String, String> environment;
  private final Consumer<Finding> tell;
  private Outcome worst = Outcome.OK;

  private Check(ClientConfig config, Map<String, String> environment, Consumer<Finding> tell) {
    this.config = config;
    this.environment = environment;
    this.tell = tell;
  }

  /**
   * Blocks until all is told, for about a minute at most.
   *
   * @param environment of credential helpers
   * @return the worst that was found
   */
  public static Outcome run(
      ClientConfig config, Map<String, String> environment, Consumer<Finding> tell) {
    Check check = new Check(config, environment, tell);
    local(config).forEach(check::found);
    check.peers();
    return check.worst;
  }

  /** Tries only what is on this machine: secrets, certificates, what the settings add up to. */
  public static List<Finding> local(ClientConfig config) {
    return new LocalChecks(config).run();
  }

  private void peers() {
    try (Probes probes = Probes.open(config, environment)) {
      List<CompletableFuture<Finding>> answers = new ArrayList<>();
      answers.add(probes.server());
      for (RegistryEndpoint registry : config.registries()) {
        answers.add(probes.registry(registry));
      }
      answers.forEach(answer -> found(answer.join()));
    } catch (IOException e) {
      found(
          Finding.misconfigured(
              "network", "nothing was asked: " + e.getMessage(), "mend that file first"));
    }
  }

  private void found(Finding finding) {
    worst = finding.outcome().compareTo(worst) > 0 ? finding.outcome() : worst;
    tell.accept(finding);
  }
}
