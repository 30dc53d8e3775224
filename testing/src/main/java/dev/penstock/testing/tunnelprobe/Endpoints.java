package dev.penstock.testing.tunnelprobe;

import dev.penstock.server.cli.HostPort;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a client attaches, and where a caller asks for what the client serves.
 *
 * @param server {@code ws://} or {@code wss://}; behind the path that is tried
 * @param api of the same server, in the clear
 * @param authorities whom the client trusts under TLS; null for the Java runtime's
 */
record Endpoints(
    URI server,
    HostPort api,
    String tunnel,
    String tunnelToken,
    String callerToken,
    @Nullable Path authorities) {

  /** Without the tokens. */
  @Override
  public String toString() {
    return server + " as " + tunnel;
  }
}
