package dev.penstock.server;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a listener needs to speak TLS.
 *
 * @param certificateChain PEM, the listener's own certificate first
 * @param privateKey PEM, PKCS #8, not encrypted
 */
public record TlsFiles(Path certificateChain, Path privateKey) {
  /** Checks that both can be read. */
  public TlsFiles {
    requireReadable("certificate chain", certificateChain);
    requireReadable("private key", privateKey);
  }

  private static void requireReadable(String what, Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("cannot read the " + what + " " + file);
    }
  }
}
