package dev.penstock.testing.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A certificate and its key, as the PEM files that programs are given; made by the JDK's keytool.
 *
 * @param certificate the certificate alone, without those that signed it
 * @param key the private key, PKCS #8
 */
public record TestIdentity(Path certificate, Path key) {

  /**
   * Makes one in a directory that is its own authority, valid for {@code localhost} and 127.0.0.1
   * for two days.
   */
  public static TestIdentity create(Path directory) throws IOException, InterruptedException {
    return new Keytool(directory)
        .generate(
            "certificate", "localhost", List.of("-ext", TestAuthority.LOOPBACK, "-validity", "2"));
  }
}
