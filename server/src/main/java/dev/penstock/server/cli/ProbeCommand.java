package dev.penstock.server.cli;

import dev.penstock.server.fetch.ApiClient;
import dev.penstock.server.fetch.EchoProbe;
import dev.penstock.server.fetch.FetchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code probe}: a payload through a tunnel and back, with the time of each part of the way. */
@Command(
    name = "probe",
    // One element: the list of commands shows the first alone.
    description =
        "Sends random bytes through a tunnel to its client and back, compares them, and prints"
            + " where the time went, and how the client's registries fare.",
    mixinStandardHelpOptions = true)
final class ProbeCommand implements Callable<Integer> {
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_ECHOES = 1_000;

  /** More than a call waits for a client by default, and a client for its registries. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Spec private CommandSpec spec;

  @Mixin private ApiOptions api = new ApiOptions();

  @Option(
      names = "--payload",
      defaultValue = "16KiB",
      converter = SizeConverter.class,
      paramLabel = "SIZE",
      description = "How many bytes to send, 0 to 1MiB (default: ${DEFAULT-VALUE}).")
  private int payload;

  @Option(
      names = "--count",
      defaultValue = "1",
      paramLabel = "N",
      description = "How often, one after the other, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--registries",
      description = "Have the client ask each registry for /v2/; else it tells the last it knows.")
  private boolean registries;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Parameters(paramLabel = "TUNNEL", description = "For example acme.")
  private String tunnel;

  @Override
  public Integer call() {
    check("payload", payload, 0, MOST_BYTES);
    check("count", count, 1, MOST_ECHOES);
    try (ApiClient client = api.connect()) {
      ProbeReport report = new ProbeReport(tunnel, payload, echoes(client));
      spec.commandLine().getOut().print(json ? report.json() : report.text());
      spec.commandLine().getOut().flush();
      return ExitCode.OK;
    } catch (FetchException e) {
      spec.commandLine().getErr().println("probe " + tunnel + ": " + e.getMessage());
      return e.isCorrupt() ? ExitCode.CORRUPT : ExitCode.FAILED;
    }
  }

  private static void check(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s %,d must be %,d to %,d".formatted(key, value, least, most));
    }
  }

  private List<EchoProbe.Echo> echoes(ApiClient client) throws FetchException {
    byte[] bytes = new byte[payload];
    new Random().nextBytes(bytes);
    EchoProbe probe = new EchoProbe(client, tunnel, bytes, registries, PATIENCE);
    probe.warmUp();
    List<EchoProbe.Echo> echoes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      echoes.add(probe.run());
    }
    return echoes;
  }
}
