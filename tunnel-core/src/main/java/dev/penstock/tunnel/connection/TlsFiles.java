package dev.penstock.tunnel.connection;

import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * TLS settings from PEM files: BoringSSL where the platform has it, the JDK's engine elsewhere.
 *
 * <p>TLS 1.2 and 1.3 only.
 */
public final class TlsFiles {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private TlsFiles() {}

  /**
   * What an acceptor presents.
   *
   * @throws IOException naming the files that cannot be used
   */
  public static SslContext presenting(Path certificateChain, Path privateKey) throws IOException {
    KeyPairCheck.check(certificateChain, privateKey);
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
   * What whoever opens a connection trusts, and presents when it is asked.
   *
   * @throws IOException naming the file that cannot be used
   */
  public static SslContext dialling(ClientTls files) throws IOException {
    SslContextBuilder builder =
        SslContextBuilder.forClient().sslProvider(provider()).protocols(PROTOCOLS);
    trust(builder, files.trusted());
    present(builder, files.certificateChain(), files.privateKey());
    return builder.build();
  }

  /**
   * The same, for who wants to see the certificates that servers present, trusted or not.
   *
   * @param shown gets each chain, the server's own certificate first, before it is judged; called
   *     on the connection's event loop
   * @throws IOException naming the file that cannot be used
   */
  public static SslContext dialling(ClientTls files, Consumer<List<X509Certificate>> shown)
      throws IOException {
    SslContextBuilder builder =
        SslContextBuilder.forClient().sslProvider(provider()).protocols(PROTOCOLS);
    builder.trustManager(WatchedTrust.of(files.trusted(), shown));
    present(builder, files.certificateChain(), files.privateKey());
    return builder.build();
  }

  private static void trust(SslContextBuilder builder, @Nullable Path certificates)
      throws IOException {
    if (certificates == null) {
      return;
    }
    if (certificates.equals(ClientTls.PLATFORM)) {
      trustPlatform(builder);
      return;
    }
    try {
      builder.trustManager(certificates.toFile());
      builder.build(); // a file without certificates shows only now
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(
          "cannot use the trusted certificates in %s: %s".formatted(certificates, e.getMessage()),
          e);
    }
  }

  private static void trustPlatform(SslContextBuilder builder) throws IOException {
    if (PlatformAuthorities.isWindows()) {
      builder.trustManager(PlatformAuthorities.ofWindows());
    } else {
      trust(builder, PlatformAuthorities.bundle(PlatformAuthorities.BUNDLES));
    }
  }

  private static void present(SslContextBuilder builder, @Nullable Path chain, @Nullable Path key)
      throws IOException {
    if (chain == null || key == null) {
      return;
    }
    KeyPairCheck.check(chain, key);
    try {
      builder.keyManager(chain.toFile(), key.toFile());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "cannot use client certificate %s with key %s: %s".formatted(chain, key, e.getMessage()),
          e);
    }
  }

  private static SslProvider provider() {
    return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
  }
}
