package dev.penstock.tunnel.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;

/**
 * The authorities that the operating system trusts, as its administrator has them; Java's own are
 * others. On Windows its store, elsewhere the bundle that OpenSSL's users there read.
 */
final class PlatformAuthorities {
  /** Of Debian and its kin, Alpine and Arch; Red Hat's; SUSE's; the BSDs' and macOS's. */
  static final List<Path> BUNDLES =
      Stream.of(
              "/etc/ssl/certs/ca-certificates.crt",
              "/etc/pki/tls/certs/ca-bundle.crt",
              "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
              "/etc/ssl/ca-bundle.pem",
              "/etc/ssl/cert.pem")
          .map(Path::of)
          .toList();

  private static final String WINDOWS_STORE = "Windows-ROOT";

  private PlatformAuthorities() {}

  static boolean isWindows() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
  }

  /**
   * The first bundle that there is.
   *
   * @throws IOException naming where it was looked for
   */
  static Path bundle(List<Path> candidates) throws IOException {
    return candidates.stream()
        .filter(Files::isReadable)
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "the platform's trusted certificates are at none of %s; name their PEM file"
                        .formatted(candidates)));
  }

  /** Whom Windows trusts. */
  static TrustManagerFactory ofWindows() throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(WINDOWS_STORE);
      store.load(null, null);
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory;
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use the store %s: %s".formatted(WINDOWS_STORE, e), e);
    }
  }
}
