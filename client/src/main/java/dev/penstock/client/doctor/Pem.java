package dev.penstock.client.doctor;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/** Certificates as text (RFC 7468), with what they are for before each. */
final class Pem {
  private static final int LINE_CHARS = 64;

  private Pem() {}

  static String of(List<X509Certificate> chain) {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : chain) {
      text.append("subject: ").append(certificate.getSubjectX500Principal()).append('\n');
      text.append("issuer: ").append(certificate.getIssuerX500Principal()).append('\n');
      append(text, certificate);
    }
    return text.toString();
  }

  private static void append(StringBuilder text, X509Certificate certificate) {
    try {
      Base64.Encoder lines = Base64.getMimeEncoder(LINE_CHARS, "\n".getBytes(US_ASCII));
      text.append("-----BEGIN CERTIFICATE-----\n")
          .append(lines.encodeToString(certificate.getEncoded()))
          .append("\n-----END CERTIFICATE-----\n");
    } catch (CertificateEncodingException e) {
      text.append("(cannot be encoded: ").append(e.getMessage()).append(")\n");
    }
  }
}
