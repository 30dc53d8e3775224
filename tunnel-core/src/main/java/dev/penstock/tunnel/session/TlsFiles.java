package dev.penstock.tunnel.session;

import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS settings from PEM files: BoringSSL where the platform has it, the JDK's engine elsewhere.
 *
 * <p>TLS 1.2 and 1.3 only.
 */
final class TlsFiles {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private TlsFiles() {}

  /** What an acceptor presents. */
  static SslContext presenting(Path certificateChain, Path privateKey) throws IOException {
    try {
      return SslContextBuilder.forServer(certificateChain.toFile(), privateKey.toFile())
          .sslProvider(provider())
          .protocols(PROTOCOLS)
          .build();
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(
          "cannot use certificate %s with key %s: %s"
              .formatted(certificateChain, privateKey, e.getMessage()),
          e);
    }
  }

  /**
   * What a dialer trusts.
   *
   * @param certificates a PEM bundle; null for the platform's own
   */
  static SslContext trusting(@Nullable Path certificates) throws IOException {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient().sslProvider(provider()).protocols(PROTOCOLS);
      if (certificates != null) {
        builder.trustManager(certificates.toFile());
      }
      return builder.build();
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(
          "cannot use the trusted certificates in %s: %s".formatted(certificates, e.getMessage()),
          e);
    }
  }

  private static SslProvider provider() {
    return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
  }
}
