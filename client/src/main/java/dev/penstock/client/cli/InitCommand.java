package dev.penstock.client.cli;

import dev.penstock.client.Setting;
import dev.penstock.client.setup.Dialogue;
import dev.penstock.client.setup.Format;
import dev.penstock.client.setup.Setup;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code init}: asks for a configuration, and writes it. */
final class InitCommand implements Callable<Integer> {
  private static final String DEFAULT_IMAGE = "penstock-client:latest";

  private final Map<String, String> environment;
  private final InputStream in;
  private @Nullable CommandSpec spec;

  private InitCommand(Map<String, String> environment, InputStream in) {
    this.environment = environment;
    this.in = in;
  }

  static CommandSpec spec(Map<String, String> environment, InputStream in) {
    InitCommand command = new InitCommand(environment, in);
    CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
    command.spec = spec;
    spec.name("init").mixinStandardHelpOptions(true);
    spec.usageMessage()
        .sortOptions(false)
        .customSynopsis("penstock-client init [--format FORMAT] [settings that are known]")
        .description(
            "Asks for what the client has to know, and writes its configuration.",
            "That is the server, the tunnel, its token, the registry and what may be read. Each"
                + " answer is tried at once. Settings that are given are not asked for; answers"
                + " may be lines of stdin.")
        .footer(SettingOptions.FOOTER);
    addOwn(spec);
    SettingOptions.addFlags(spec);
    return spec;
  }

  private static void addOwn(CommandSpec spec) {
    String formats = String.join(", ", Stream.of(Format.values()).map(InitCommand::name).toList());
    spec.addOption(
        option("--format", "FORMAT", "What else to write: " + formats + ". Default: yaml alone."));
    spec.addOption(option("--directory", "DIR", "Where to write. Default: this directory."));
    spec.addOption(option("--image", "IMAGE", "For kubernetes. Default: " + DEFAULT_IMAGE + "."));
    spec.addOption(flag("--offline", "Try no answer over the network."));
    spec.addOption(flag("--force", "Replace files that are there."));
  }

  private static OptionSpec option(String name, String label, String description) {
    return OptionSpec.builder(name)
        .paramLabel(label)
        .type(String.class)
        .description(description)
        .build();
  }

  private static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).arity("0").type(boolean.class).description(description).build();
  }

  @Override
  public Integer call() {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    ParseResult parsed = commandLine.getParseResult();
    try {
      setup(parsed).run(dialogue(commandLine), environment);
      return ExitCode.OK.code();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(commandLine, e.getMessage(), e);
    } catch (IOException e) {
      commandLine.getErr().println("penstock-client: " + e.getMessage());
      return ExitCode.CONFIGURATION.code();
    }
  }

  private static Setup setup(ParseResult parsed) {
    Map<Setting, List<String>> given = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      List<String> values = SettingOptions.given(parsed, setting);
      if (!values.isEmpty()) {
        given.put(setting, values);
      }
    }
    return new Setup(
        given,
        Path.of(parsed.matchedOptionValue("--directory", "")),
        format(parsed.matchedOptionValue("--format", "yaml")),
        parsed.matchedOptionValue("--image", DEFAULT_IMAGE),
        parsed.hasMatchedOption("--offline"),
        parsed.hasMatchedOption("--force"));
  }

  private static Format format(String name) {
    return Stream.of(Format.values())
        .filter(format -> name(format).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "format is '%s'; accepted is yaml, systemd, docker or kubernetes"
                        .formatted(name)));
  }

  private static String name(Format format) {
    return format.name().toLowerCase(Locale.ROOT);
  }

  /** A later JDK has a console for lines of a file, too; it serves as well. */
  @SuppressWarnings("SystemConsoleNull")
  private Dialogue dialogue(CommandLine commandLine) {
    Console console = System.console();
    return console == null || in != System.in
        ? Dialogue.with(
            new BufferedReader(new InputStreamReader(in, Charset.defaultCharset())),
            commandLine.getOut())
        : Dialogue.with(console);
  }
}
