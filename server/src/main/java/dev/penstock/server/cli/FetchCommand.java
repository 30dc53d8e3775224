package dev.penstock.server.cli;

import dev.penstock.server.fetch.ApiClient;
import dev.penstock.server.fetch.BlobFetch;
import dev.penstock.server.fetch.FetchException;
import dev.penstock.server.fetch.FetchOutput;
import dev.penstock.server.fetch.FetchResult;
import dev.penstock.server.fetch.FetchTarget;
import dev.penstock.server.fetch.ManifestFetch;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fetch}: one blob or manifest through a server's API into a file. */
@Command(
    name = "fetch",
    description = "Fetches a blob, or with --manifest a manifest; done means the digest fits.",
    mixinStandardHelpOptions = true)
final class FetchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ApiOptions api = new ApiOptions();

  @Mixin private RegistryOption registry = new RegistryOption();

  @Option(names = "--manifest", description = "Fetch a manifest, by tag or digest.")
  private boolean manifest;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Where to write; - is standard output.")
  private String output;

  @Option(
      names = "--verify",
      description = "Hash a blob once more at this end; the server has hashed what it sent.")
  private boolean verify;

  @Option(
      names = "--progress",
      defaultValue = "auto",
      paramLabel = "WHEN",
      description = "Progress bar on standard error: auto (on a terminal), always or never.")
  private ProgressBar.When progress;

  @Parameters(
      paramLabel = "REFERENCE",
      description = "TUNNEL/REPOSITORY@DIGEST, or with --manifest also TUNNEL/REPOSITORY:TAG.")
  private String reference;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try {
      report(fetch(wanted(), err), err);
      return ExitCode.OK;
    } catch (FetchException e) {
      err.println("fetch " + reference + ": " + e.getMessage());
      return e.isCorrupt() ? ExitCode.CORRUPT : ExitCode.FAILED;
    }
  }

  private FetchTarget wanted() {
    FetchTarget wanted = FetchTarget.parse(reference);
    if (!manifest && !wanted.isDigest()) {
      throw new IllegalArgumentException(
          "a tag names a manifest: add --manifest, or name a blob by its digest");
    }
    return wanted;
  }

  private FetchResult fetch(FetchTarget wanted, PrintWriter err)
      throws IOException, FetchException, InterruptedException {
    try (ApiClient client = api.connect();
        FetchOutput file = FetchOutput.open(output);
        ProgressBar bar = ProgressBar.on(err, progress)) {
      FetchResult result =
          manifest
              ? ManifestFetch.fetch(client, wanted, registry.value(), file)
              : BlobFetch.fetch(client, wanted, registry.value(), file, bar, verify);
      file.commit();
      return result;
    }
  }

  private static void report(FetchResult result, PrintWriter err) {
    double seconds = result.elapsed().toNanos() / 1e9;
    err.printf(
        "%s verified %s: %,d bytes in %.2f s, %.1f MiB/s%n",
        result.digest(),
        result.verifiedHere() ? "here" : "by the server",
        result.bytes(),
        seconds,
        result.bytes() / seconds / (1 << 20));
    err.flush();
  }
}
