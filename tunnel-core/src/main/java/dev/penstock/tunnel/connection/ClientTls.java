package dev.penstock.tunnel.connection;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of whoever opens connections under TLS, all PEM.
 *
 * @param trusted a bundle of authorities; null for the platform's own
 * @param certificateChain presented to servers that ask (RFC 8446 §4.4.2); null for none
 * @param privateKey of the certificate, PKCS #8, not encrypted; null exactly if that is
 */
public record ClientTls(
    @Nullable Path trusted, @Nullable Path certificateChain, @Nullable Path privateKey) {
  /** The platform's authorities, and no certificate of our own. */
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
