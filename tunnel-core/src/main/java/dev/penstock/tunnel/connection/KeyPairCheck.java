package dev.penstock.tunnel.connection;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, before anybody dials, whether a private key is the one of a certificate. TLS engines
 * find out at their first handshake, and say it in words that name no file.
 *
 * <p>Only a pair that is proved wrong is refused. What cannot be read here (a key in another
 * format, another curve) is left to the engine, which may know more, and otherwise says why.
 */
public final class KeyPairCheck {
  private static final Map<String, String> SIGNATURE_OF_FAMILY =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");
  private static final byte[] SAMPLE = "penstock".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  private KeyPairCheck() {}

  /**
   * Signs with the key, and verifies with the first certificate of the chain.
   *
   * @throws IOException naming both files: they do not belong together
   */
  public static void check(Path certificateChain, Path privateKey) throws IOException {
    PublicKey certified = certified(certificateChain);
    PrivateKey key = read(privateKey);
    if (certified != null && key != null && !belongTogether(certified, key)) {
      throw new IOException(
          "the key in %s is not the one of the first certificate in %s"
                  .formatted(privateKey, certificateChain)
              + "; give the key with which that certificate was requested");
    }
  }

  private static @Nullable PublicKey certified(Path certificateChain) {
    try (InputStream pem = Files.newInputStream(certificateChain)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(pem).getPublicKey();
    } catch (IOException | GeneralSecurityException e) {
      return null;
    }
  }

  private static @Nullable PrivateKey read(Path privateKey) {
    try {
      Matcher pem = PKCS8.matcher(Files.readString(privateKey, StandardCharsets.ISO_8859_1));
      return pem.find() ? parse(Base64.getMimeDecoder().decode(pem.group(1))) : null;
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }

  /** PKCS #8 says of which family a key is; each factory takes its own only. */
  private static @Nullable PrivateKey parse(byte[] pkcs8) {
    for (String family : SIGNATURE_OF_FAMILY.keySet()) {
      try {
        return KeyFactory.getInstance(family).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException e) {
        // of another family, or of none that is known here
      }
    }
    return null;
  }

  private static boolean belongTogether(PublicKey certified, PrivateKey key) {
    String algorithm = SIGNATURE_OF_FAMILY.get(certified.getAlgorithm());
    if (algorithm == null) {
      return true;
    }
    if (!certified.getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(SAMPLE);
      return signature.verify(signed);
    } catch (SignatureException e) {
      return false; // of another length, or on another curve
    } catch (GeneralSecurityException e) {
      return true; // not to be told here
    }
  }
}
