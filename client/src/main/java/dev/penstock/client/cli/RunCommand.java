package dev.penstock.client.cli;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.PenstockClient;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code run}: attaches, and serves reads until it is told to end. */
final class RunCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  private @Nullable CommandSpec spec;

  private RunCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  static CommandSpec spec(Map<String, String> environment) {
    RunCommand command = new RunCommand(environment);
    CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
    command.spec = spec;
    spec.name("run").mixinStandardHelpOptions(true);
    spec.usageMessage()
        .sortOptions(false)
        .customSynopsis(
            "penstock-client run --server URL --tunnel ID --token-file FILE",
            "                    --registry [NAME=]URL --allow PATTERN [other settings]",
            "penstock-client run --config FILE [settings that win over the file]")
        .description("Attaches to the server and serves reads, until it is told to end.")
        .footer(SettingOptions.FOOTER);
    SettingOptions.addTo(spec);
    return spec;
  }

  @Override
  public Integer call() throws InterruptedException {
    ClientConfig config = config();
    config.logFormat().apply();
    PenstockClient client;
    try {
      client = PenstockClient.start(config);
    } catch (IOException | IllegalArgumentException e) {
      CommandSpec command = Objects.requireNonNull(spec);
      command.commandLine().getErr().println("penstock-client: " + e.getMessage());
      return ExitCode.CONFIGURATION.code();
    }
    Ending.onSignal(client);
    // Only a signal ends it, and then the process ends elsewhere.
    new CountDownLatch(1).await();
    return ExitCode.FAILED.code();
  }

  ClientConfig config() {
    return SettingOptions.config(Objects.requireNonNull(spec), environment);
  }
}
