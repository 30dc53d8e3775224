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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

  @Option(
      names = "--api",
      defaultValue = "127.0.0.1:7070",
      converter = HostPort.Converter.class,
      paramLabel = "HOST:PORT",
      description = "The server's API (default: ${DEFAULT-VALUE}).")
  private HostPort api;

  @Option(
      names = "--token-file",
      required = true,
      paramLabel = "FILE",
      description = "File with a caller's token.")
  private Path tokenFile;

  @Option(names = "--tls", description = "The API speaks TLS; trust the platform's authorities.")
  private boolean tls;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "The API speaks TLS; trust the authorities in this PEM file.")
  private @Nullable Path tlsCa;

  @Option(
      names = "--insecure-plaintext",
      description = "Send the token without TLS to other than loopback.")
  private boolean insecurePlaintext;

  @Option(
      names = Settings.REGISTRY,
      defaultValue = "",
      paramLabel = "NAME",
      description = {
        "The client's name for one of its registries (default: its first).",
        "As a flag only: the variable and the key of this name are the client's, for a URL."
      })
  private String registry;

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
    try (ApiClient client = ApiClient.to(endpoint(), token());
        FetchOutput file = FetchOutput.open(output);
        ProgressBar bar = ProgressBar.on(err, progress)) {
      FetchResult result =
          manifest
              ? ManifestFetch.fetch(client, wanted, registry, file)
              : BlobFetch.fetch(client, wanted, registry, file, bar, verify);
      file.commit();
      return result;
    }
  }

  private ApiClient.Endpoint endpoint() {
    boolean secure = tls || tlsCa != null;
    if (!secure && !insecurePlaintext && !api.isLoopback()) {
      throw new IllegalArgumentException(
          "api "
              + api.host()
              + " is not loopback, and the token would pass in the clear: give --tls or --tls-ca,"
              + " or accept it with --insecure-plaintext");
    }
    return new ApiClient.Endpoint(api.host(), api.port(), secure, tlsCa);
  }

  private String token() {
    try {
      String token = Files.readString(tokenFile).strip();
      if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new IllegalArgumentException("token file " + tokenFile + " must hold one token");
      }
      return token;
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read token file " + e.getMessage(), e);
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
