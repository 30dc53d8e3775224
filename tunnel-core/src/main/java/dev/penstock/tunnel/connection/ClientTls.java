package dev.penstock.tunnel.connection;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of whoever opens connections under TLS, all PEM.
 *
 * @param trusted a bundle of authorities; null for those of the Java runtime, {@link #PLATFORM} for
 *     those of the operating system
 * @param certificateChain presented to servers that ask (RFC 8446 §4.4.2); null for none
 * @param privateKey of the certificate, PKCS #8, not encrypted; null exactly if that is
 */
public record ClientTls(
    @Nullable Path trusted, @Nullable Path certificateChain, @Nullable Path privateKey) {
  /**
   * In place of a bundle: whom the operating system trusts. A file of this name needs a {@code ./}.
   */
  public static final Path PLATFORM = Path.of("platform");

  /** The Java runtime's authorities, and no certificate of our own. */
  public static final ClientTls DEFAULTS = new ClientTls(null, null, null);

  /** Checks that certificate and key come together. */
  public ClientTls {
    if ((certificateChain == null) != (privateKey == null)) {
      throw new IllegalArgumentException(
          "a client certificate needs its key, and a key its certificate; given is only the "
              + (privateKey == null ? "certificate" : "key"));
    }
  }
}
