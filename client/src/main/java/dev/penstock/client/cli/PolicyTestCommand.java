package dev.penstock.client.cli;

import dev.penstock.client.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * {@code policy test}: says whether the policy allows an access, and by which rule, without a
 * server or a registry. Exit codes: 0 allowed, 1 denied or no name at all, 2 the command line or a
 * file is wrong.
 */
final class PolicyTestCommand implements Callable<Integer> {
  private static final String CONFIG = "--config";
  private static final int DENIED = 1;

  private final Map<String, String> environment;
  private @Nullable CommandSpec spec;

  private PolicyTestCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  static CommandSpec spec(Map<String, String> environment) {
    PolicyTestCommand command = new PolicyTestCommand(environment);
    CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
    command.spec = spec;
    spec.name("test").mixinStandardHelpOptions(true);
    // A name that looks like a flag is still to be refused as a name.
    spec.parser().allowOptionsAsOptionParameters(true);
    spec.usageMessage()
        .sortOptions(false)
        .customSynopsis(
            "penstock-client policy test --repository NAME --operation OP",
            "                    [--registry NAME] [--size BYTES]",
            "                    (--policy-file FILE | --allow PATTERN | --config FILE)")
        .description("Says whether an access is allowed, and names the rule.")
        .footer("", "Exit codes: 0 allowed, 1 denied, 2 the command line or a file is wrong.");
    spec.addOption(
        option("--repository", "NAME", "As a caller would have it, e.g. team/app.").build());
    spec.addOption(
        option("--operation", "OP", "Such as fetch-blob, list-tags.").required(true).build());
    spec.addOption(
        option("--registry", "NAME", "Its name; by default the configuration's first.").build());
    spec.addOption(option("--size", "BYTES", "Of the blob, e.g. 10GiB; for fetch-blob.").build());
    spec.addOption(option("--policy-file", "FILE", "Rules in YAML.").build());
    spec.addOption(
        option("--allow", "PATTERN", "As for 'run'; may be given again.")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1")
            .build());
    spec.addOption(option(CONFIG, "FILE", "YAML file with the settings of 'run'.").build());
    return spec;
  }

  private static OptionSpec.Builder option(String name, String label, String description) {
    return OptionSpec.builder(name).paramLabel(label).type(String.class).description(description);
  }

  @Override
  public Integer call() {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    try {
      PolicyAnswer answer = answer(commandLine.getParseResult());
      commandLine.getOut().println(answer.line());
      commandLine.getOut().flush();
      return answer.isAllowed() ? CommandLine.ExitCode.OK : DENIED;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(commandLine, e.getMessage(), e);
    }
  }

  private PolicyAnswer answer(ParseResult parsed) {
    PolicyQuestion question =
        PolicyQuestion.of(
            parsed.matchedOptionValue("--registry", (String) null),
            parsed.matchedOptionValue("--repository", (String) null),
            parsed.matchedOptionValue("--operation", ""),
            parsed.matchedOptionValue("--size", (String) null));
    return question.ask(subject(parsed));
  }

  /** A policy given here stands for what the configuration has; registries are always its. */
  private PolicySubject subject(ParseResult parsed) {
    String file = parsed.matchedOptionValue(CONFIG, environment.get("PENSTOCK_CONFIG"));
    SettingLayers layers =
        new SettingLayers(
            setting -> List.of(),
            environment,
            file == null ? YamlSettings.NONE : YamlSettings.read(Path.of(file)));
    String policyFile = parsed.matchedOptionValue("--policy-file", (String) null);
    List<String> allow = parsed.matchedOptionValue("--allow", List.of());
    List<String> registries = layers.values(Setting.REGISTRY);
    if (policyFile != null || !allow.isEmpty()) {
      return PolicySubject.of(policyFile, allow, registries);
    }
    List<String> files = layers.values(Setting.POLICY_FILE);
    List<String> patterns = layers.values(Setting.ALLOW);
    if (file == null && files.isEmpty() && patterns.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no policy: give --policy-file, --allow or " + CONFIG);
    }
    return PolicySubject.of(files.isEmpty() ? null : files.get(0), patterns, registries);
  }
}
