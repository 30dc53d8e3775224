package dev.penstock.server.cli;

import dev.penstock.server.auth.TokenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code token create}: adds a token and prints its secret, alone, on standard output. */
@Command(
    name = "create",
    description = {
      "Adds a token and prints its secret, once; the file keeps its SHA-256.",
      "Either --tunnel, for a client, or --caller with --tunnels, for a user of the API."
    },
    mixinStandardHelpOptions = true)
final class TokenCreateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--tokens", required = true, paramLabel = "FILE", description = "Tokens file.")
  private Path tokens;

  @Option(names = "--tunnel", paramLabel = "ID", description = "A client may attach under ID.")
  private @Nullable String tunnel;

  @Option(names = "--caller", paramLabel = "NAME", description = "NAME may call the API.")
  private @Nullable String caller;

  @Option(
      names = "--tunnels",
      split = ",",
      paramLabel = "ID",
      description = "Tunnels that the caller may use, with commas; '*' for all.")
  private @Nullable Set<String> tunnels;

  @Override
  public Integer call() throws IOException {
    String secret;
    try {
      secret = create();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    spec.commandLine().getOut().println(secret);
    return ExitCode.OK;
  }

  private String create() throws IOException {
    dropWhatTheFlagsOverrule();
    if (tunnel != null && caller == null && tunnels == null) {
      return TokenFile.createTunnelToken(tokens, tunnel);
    }
    if (tunnel == null && caller != null && tunnels != null) {
      return TokenFile.createCallerToken(tokens, caller, tunnels);
    }
    throw new IllegalArgumentException(
        "give either --tunnel ID, or --caller NAME with --tunnels ID,ID or '*'");
  }

  /**
   * Flags of one kind of token put aside what variables or the file say of the other: {@code
   * PENSTOCK_TUNNEL} may be there for a client.
   */
  private void dropWhatTheFlagsOverrule() {
    boolean forTunnel = isFlag("--tunnel");
    boolean forCaller = isFlag("--caller") || isFlag("--tunnels");
    if (forCaller && !forTunnel) {
      tunnel = null;
    }
    if (forTunnel && !forCaller) {
      caller = null;
      tunnels = null;
    }
  }

  private boolean isFlag(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }
}
