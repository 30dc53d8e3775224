package dev.penstock.client.check;

import dev.penstock.tunnel.connection.ClientTls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
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
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a client certificate is valid, and the key is its own: TLS libraries take any pair, and
 * the peer's refusal names no reason.
 */
final class CertificateAndKey {
  private static final Duration NOTICE = Duration.ofDays(14);
  private static final byte[] PROBE = "penstock".getBytes(StandardCharsets.US_ASCII);

  private CertificateAndKey() {}

  /** Of files that could be loaded. */
  static Finding check(String subject, ClientTls files) {
    Path chain = files.certificateChain();
    Path key = files.privateKey();
    if (chain == null || key == null) {
      return Finding.ok(subject, "trusted: " + files.trusted());
    }
    try {
      return judge(subject, certificate(chain), chain, key);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return Finding.misconfigured(
          subject,
          "%s and %s cannot be compared (%s)".formatted(chain, key, e.getClass().getSimpleName()),
          "certificates are PEM, keys PEM in PKCS #8 without a passphrase");
    }
  }

  private static Finding judge(String subject, X509Certificate certificate, Path chain, Path key)
      throws IOException, GeneralSecurityException {
    if (!belong(certificate.getPublicKey(), key)) {
      return Finding.misconfigured(
          subject,
          "the key in %s is not that of the first certificate in %s".formatted(key, chain),
          "the client's own certificate comes first in its file; find its key");
    }
    Instant end = certificate.getNotAfter().toInstant();
    Instant now = Instant.now();
    if (end.isBefore(now) || certificate.getNotBefore().toInstant().isAfter(now)) {
      return Finding.misconfigured(
          subject,
          "%s is valid from %s to %s, and not now"
              .formatted(chain, certificate.getNotBefore().toInstant(), end),
          "have it renewed, or set this machine's clock");
    }
    return end.isBefore(now.plus(NOTICE))
        ? Finding.warning(subject, "%s expires at %s".formatted(chain, end), "have it renewed")
        : Finding.ok(subject, "%s has its key, and is valid until %s".formatted(chain, end));
  }

  /** By signing something and looking whether the certificate vouches for it. */
  private static boolean belong(PublicKey publicKey, Path keyFile)
      throws IOException, GeneralSecurityException {
    byte[] encoded = pem(keyFile, "PRIVATE KEY");
    PrivateKey key;
    try {
      key =
          KeyFactory.getInstance(publicKey.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (InvalidKeySpecException e) {
      return false; // a key of another kind
    }
    Signature signing = Signature.getInstance(algorithm(publicKey));
    signing.initSign(key);
    signing.update(PROBE);
    byte[] signature = signing.sign();
    signing.initVerify(publicKey);
    signing.update(PROBE);
    try {
      return signing.verify(signature);
    } catch (SignatureException e) {
      return false; // of another length
    }
  }

  private static String algorithm(PublicKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> key.getAlgorithm();
    };
  }

  private static X509Certificate certificate(Path chain)
      throws IOException, GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem(chain, "CERTIFICATE")));
  }

  /** The first block of that kind (RFC 7468). */
  private static byte[] pem(Path file, String label) throws IOException {
    Matcher block =
        Pattern.compile("-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]+)-----END")
            .matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    if (!block.find()) {
      throw new IOException("no " + label + " in " + file);
    }
    return Base64.getMimeDecoder().decode(block.group(1));
  }
}
