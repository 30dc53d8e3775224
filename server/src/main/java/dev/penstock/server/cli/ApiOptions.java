package dev.penstock.server.cli;

import dev.penstock.server.access.RequestId;
import dev.penstock.server.fetch.ApiClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command needs that calls a server's API as a caller. */
final class ApiOptions {
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
      names = "--request-id",
      paramLabel = "ID",
      description = "Under which the logs know the call (default: the server makes one).")
  private @Nullable String requestId;

  /**
   * Prepares to connect.
   *
   * @throws IllegalArgumentException when an option is wrong, or a file that it names
   */
  ApiClient connect() {
    RequestId id = requestId == null ? null : new RequestId(requestId);
    return ApiClient.to(endpoint(), token(), id);
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
}
