package dev.penstock.client.registry.http;

import dev.penstock.tunnel.connection.ClientTls;
import dev.penstock.tunnel.connection.TlsFiles;
import java.io.IOException;
import java.time.Duration;

/** Options of a transport that reaches everything directly. */
public final class TestTransport {
  private static final int MAX_REDIRECTS = 3;

  private TestTransport() {}

  public static HttpOptions options(Duration connect, Duration header, Duration stall)
      throws IOException {
    return options(connect, header, stall, ClientTls.DEFAULTS);
  }

  public static HttpOptions options(
      Duration connect, Duration header, Duration stall, ClientTls tls) throws IOException {
    return new HttpOptions(
        connect, header, stall, MAX_REDIRECTS, Reach.directly(TlsFiles.dialling(tls)));
  }
}
