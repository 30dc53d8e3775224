package dev.penstock.server.cli;

import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The whole command line: the commands of this package and those that it is given. */
@Command(
    name = "penstock-server",
    description = "Reads container registries in customers' networks, through their own tunnels.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed: not reachable, refused, interrupted",
      "2:the command line or a file that it names is wrong",
      "3:bytes came, and they are not what the digest names, or what was sent"
    })
public final class ServerCommandLine {
  private static final Logger log = LoggerFactory.getLogger(ServerCommandLine.class);

  private final CommandLine line;

  /**
   * Makes the command line.
   *
   * @param run the command {@code run}, which starts a server and so lives beside it
   */
  public ServerCommandLine(Object run, PrintWriter out, PrintWriter err) {
    line =
        new CommandLine(this)
            .addSubcommand(run)
            .addSubcommand(new TokenCommand())
            .addSubcommand(new FetchCommand())
            .addSubcommand(new ListCommand())
            .addSubcommand(new ProbeCommand())
            .setOut(out)
            .setErr(err)
            .setExecutionExceptionHandler((e, command, result) -> failed(e, command));
  }

  // Settings has read the file by the time picocli comes to this option.
  @Option(
      names = "--config",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = {
        "YAML file with any of the options, by their names without dashes.",
        "Each option can also be a variable: --token-file is PENSTOCK_TOKEN_FILE.",
        "A flag wins over a variable, and a variable over the file."
      })
  void config(Path file) {}

  /** Runs the command that the arguments name; returns the {@link ExitCode}. */
  public int execute(List<String> arguments, Map<String, String> environment) {
    try {
      Settings settings = Settings.of(arguments, environment);
      settings.checkKeys(line.getCommandSpec());
      line.setDefaultValueProvider(settings);
    } catch (IllegalArgumentException e) {
      line.getErr().println(e.getMessage());
      return ExitCode.USAGE;
    }
    if (arguments.isEmpty()) {
      line.usage(line.getErr());
      return ExitCode.USAGE;
    }
    return line.execute(arguments.toArray(String[]::new));
  }

  /** An expected failure is one line; the stack is there for who asks for it. */
  private static int failed(Exception e, CommandLine command) throws ParameterException {
    log.debug("failed", e);
    command.getErr().println("penstock-server: " + words(e));
    boolean wrongFile = e instanceof NoSuchFileException || e instanceof AccessDeniedException;
    return wrongFile || e instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.FAILED;
  }

  /** The message of a file system's exception is the file's name and nothing else. */
  private static String words(Exception e) {
    if (e instanceof NoSuchFileException missing) {
      return missing.getFile() + ": there is no such file or directory";
    }
    if (e instanceof AccessDeniedException denied) {
      return denied.getFile() + ": this user may not read or write it";
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
