package dev.penstock.client.cli;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.PenstockClient;
import dev.penstock.client.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code run}: one flag for each {@link Setting}, and {@code --config}. */
final class RunCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(RunCommand.class);
  private static final String CONFIG = "--config";

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
            "                    --registry [NAME=]URL --allow PATTERN [other settings]")
        .description("Attaches to the server and serves reads, until it is told to end.")
        .footer(
            "",
            "Each flag is also a key of the YAML file, without the dashes in front, and a",
            "variable: --token-file is PENSTOCK_TOKEN_FILE. Lists in variables are separated",
            "by commas. A flag wins over a variable, a variable over the file.",
            "",
            "A secret without a file of its own is taken from PENSTOCK_TOKEN,",
            "PENSTOCK_REGISTRY_PASSWORD or PENSTOCK_PROXY_PASSWORD.");
    for (Setting setting : Setting.values()) {
      spec.addOption(option(setting));
    }
    return spec.addOption(
        OptionSpec.builder(CONFIG)
            .paramLabel("FILE")
            .type(String.class)
            .description("YAML file with any of these settings.")
            .build());
  }

  private static OptionSpec option(Setting setting) {
    OptionSpec.Builder option =
        OptionSpec.builder("--" + setting.key())
            .paramLabel(setting.label())
            .description(setting.description());
    return setting.isRepeatable()
        ? option.arity("1").type(List.class).auxiliaryTypes(String.class).build()
        : option.type(String.class).build();
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ClientConfig config = config();
    config.logFormat().apply();
    PenstockClient client = PenstockClient.start(config);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(client), "penstock-shutdown"));
    // Only a signal ends it, and then the hook above closes the client.
    new CountDownLatch(1).await();
    return CommandLine.ExitCode.OK;
  }

  private static void stop(PenstockClient client) {
    log.info("told to end; detaching");
    client.close();
    log.info("ended");
  }

  ClientConfig config() {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    ParseResult parsed = commandLine.getParseResult();
    try {
      return layers(parsed).config();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(commandLine, e.getMessage(), e);
    }
  }

  private SettingLayers layers(ParseResult parsed) {
    String file = parsed.matchedOptionValue(CONFIG, environment.get("PENSTOCK_CONFIG"));
    return new SettingLayers(
        setting -> flags(parsed, setting),
        environment,
        file == null ? YamlSettings.NONE : YamlSettings.read(Path.of(file)));
  }

  private static List<String> flags(ParseResult parsed, Setting setting) {
    String flag = "--" + setting.key();
    if (!parsed.hasMatchedOption(flag)) {
      return List.of();
    }
    return setting.isRepeatable()
        ? parsed.matchedOptionValue(flag, List.of())
        : List.of(parsed.matchedOptionValue(flag, ""));
  }
}
