package dev.penstock.server;

import dev.penstock.tunnel.connection.KeyPairCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a listener needs to speak TLS.
 *
 * @param certificateChain PEM, the listener's own certificate first
 * @param privateKey PEM, PKCS #8, not encrypted
 */
public record TlsFiles(Path certificateChain, Path privateKey) {
  /** Checks that both can be read and belong together. */
  public TlsFiles {
    requireReadable("certificate chain", certificateChain);
    requireReadable("private key", privateKey);
    try {
      KeyPairCheck.check(certificateChain, privateKey);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static void requireReadable(String what, Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("cannot read the " + what + " " + file);
    }
  }
}
