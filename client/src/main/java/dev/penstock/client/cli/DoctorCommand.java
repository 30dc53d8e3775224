package dev.penstock.client.cli;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Setting;
import dev.penstock.client.doctor.Doctor;
import dev.penstock.client.doctor.DoctorOptions;
import dev.penstock.client.doctor.Examination;
import dev.penstock.client.doctor.bundle.Bundle;
import dev.penstock.client.doctor.redaction.KnownSecrets;
import dev.penstock.client.doctor.redaction.Redaction;
import dev.penstock.client.doctor.registries.ManifestName;
import dev.penstock.client.doctor.report.JsonReport;
import dev.penstock.client.doctor.report.TextReport;
import dev.penstock.client.doctor.visit.Line;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code doctor}: walks the path to the server and to the registries, and names what breaks it. */
final class DoctorCommand implements Callable<Integer> {
  private static final String JSON = "--json";
  private static final String LONG = "--long";
  private static final String REPOSITORY = "--repository";
  private static final String BUNDLE = "--bundle";
  private static final String USUAL_WATCH = "10m";

  private final Map<String, String> environment;
  private final TextReport report = new TextReport();
  private @Nullable CommandSpec spec;

  private DoctorCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  static CommandSpec spec(Map<String, String> environment) {
    DoctorCommand command = new DoctorCommand(environment);
    CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
    command.spec = spec;
    spec.name("doctor").mixinStandardHelpOptions(true);
    spec.usageMessage()
        .sortOptions(false)
        .customSynopsis("penstock-client doctor [the settings of run]")
        .description(
            "Walks the path to the server and to each registry, layer by layer, and says which"
                + " hop breaks it, and what to change there. Changes nothing, and ends within a"
                + " minute. Exits with non-zero when a transfer could not work.")
        .footer(SettingOptions.FOOTER);
    addOwn(spec);
    SettingOptions.addTo(spec);
    return spec;
  }

  private static void addOwn(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(LONG)
            .arity("0..1")
            .fallbackValue(USUAL_WATCH)
            .paramLabel("TIME")
            .type(String.class)
            .description(
                "Also find out how long a silence, and a connection, may last; default "
                    + USUAL_WATCH
                    + ".")
            .build());
    spec.addOption(
        option(
            REPOSITORY,
            "[REGISTRY=]NAME[:TAG]",
            "Read this manifest, in place of one that is found."));
    spec.addOption(
        option(BUNDLE, "FILE.zip", "Write all of it for a support ticket, without secrets."));
    spec.addOption(
        OptionSpec.builder(JSON)
            .arity("0")
            .type(boolean.class)
            .description("Print one JSON object, at the end.")
            .build());
  }

  private static OptionSpec option(String name, String label, String description) {
    return OptionSpec.builder(name)
        .paramLabel(label)
        .type(String.class)
        .description(description)
        .build();
  }

  @Override
  public Integer call() throws InterruptedException {
    CommandSpec command = Objects.requireNonNull(spec);
    ParseResult parsed = command.commandLine().getParseResult();
    ClientConfig config = SettingOptions.config(command, environment);
    DoctorOptions options = options(parsed, command);
    Doctor doctor = new Doctor(config, environment, options);
    Interruption interruption = Interruption.by(doctor::stop);
    try {
      Bundle bundle = bundle(parsed, config);
      Examination examination = examine(doctor, parsed.hasMatchedOption(JSON));
      boolean isKept = bundle == null || isWritten(bundle, examination, parsed);
      ExitCode found = ExitCode.of(examination.outcome());
      return (isKept || found != ExitCode.OK ? found : ExitCode.FAILED).code();
    } catch (IOException e) {
      complain(e);
      return ExitCode.CONFIGURATION.code();
    } finally {
      interruption.end();
    }
  }

  private void complain(IOException failure) {
    Objects.requireNonNull(spec)
        .commandLine()
        .getErr()
        .println("penstock-client: " + failure.getMessage());
  }

  /** What was found is told already: where the disk is full meanwhile, that still counts. */
  private boolean isWritten(Bundle bundle, Examination examination, ParseResult parsed) {
    try {
      String settings = SettingOptions.yaml(parsed, environment);
      bundle.write(examination, Version.text(), settings, environment);
      return true;
    } catch (IOException e) {
      complain(e);
      return false;
    }
  }

  private @Nullable Bundle bundle(ParseResult parsed, ClientConfig config) throws IOException {
    String file = parsed.matchedOptionValue(BUNDLE, (String) null);
    return file == null
        ? null
        : Bundle.at(Path.of(file), Redaction.of(KnownSecrets.of(config, environment)));
  }

  private Examination examine(Doctor doctor, boolean isJson) throws InterruptedException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Examination examination = doctor.run(isJson ? line -> {} : line -> print(out, line));
    out.print(
        isJson
            ? JsonReport.of(examination, Version.text()) + System.lineSeparator()
            : TextReport.end(examination));
    out.flush();
    return examination;
  }

  private void print(PrintWriter out, Line line) {
    out.print(report.next(line));
    out.flush();
  }

  private static DoctorOptions options(ParseResult parsed, CommandSpec command) {
    try {
      String watch = parsed.matchedOptionValue(LONG, (String) null);
      String manifest = parsed.matchedOptionValue(REPOSITORY, (String) null);
      Duration time = watch == null ? null : Setting.duration("long", watch);
      return new DoctorOptions(time, manifest == null ? null : ManifestName.parse(manifest));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}
