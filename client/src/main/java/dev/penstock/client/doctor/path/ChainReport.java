package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.diagnosis.Interception;
import dev.penstock.client.doctor.diagnosis.Sent;
import dev.penstock.tunnel.connection.ForeignText;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;

/**
 * What a chain says of itself.
 *
 * @param chain the server's own certificate first; at least that
 */
record ChainReport(List<X509Certificate> chain) {
  /** Who is told later has no time to renew. */
  static final Duration NOTICE = Duration.ofDays(14);

  private static final int MAX_NAMES = 5;

  static Optional<ChainReport> of(List<X509Certificate> chain) {
    return chain.isEmpty() ? Optional.empty() : Optional.of(new ChainReport(chain));
  }

  private X509Certificate leaf() {
    return chain.get(0);
  }

  Instant end() {
    return leaf().getNotAfter().toInstant();
  }

  boolean endsBefore(Instant time) {
    return chain.stream().anyMatch(one -> one.getNotAfter().toInstant().isBefore(time));
  }

  /** The names that it is for, or else its subject. */
  String namesInWords() {
    List<String> names = names();
    String more =
        names.size() > MAX_NAMES ? " and %d more".formatted(names.size() - MAX_NAMES) : "";
    return names.isEmpty()
        ? ForeignText.printable(leaf().getSubjectX500Principal().getName())
        : ForeignText.printable(names.stream().limit(MAX_NAMES).collect(Collectors.joining(", ")))
            + more;
  }

  private List<String> names() {
    try {
      Collection<List<?>> names = leaf().getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream().map(name -> String.valueOf(name.get(1))).toList();
    } catch (CertificateParsingException e) {
      return List.of(); // it has some, and nobody can read them
    }
  }

  String issuerInWords() {
    return "issued by '%s'%s"
        .formatted(
            ForeignText.printable(leaf().getIssuerX500Principal().getName()),
            isPublic() ? "" : ", an authority that is not public");
  }

  Optional<Diagnosis> interception(Sent sent) {
    List<String> issuers =
        chain.stream().map(one -> one.getIssuerX500Principal().getName()).toList();
    return Interception.of(sent, issuers, isPublic());
  }

  /**
   * Whether the Java runtime's own list has the authority at the end, or the one that is missing.
   */
  private boolean isPublic() {
    X509Certificate last = chain.get(chain.size() - 1);
    X500Principal authority = last.getIssuerX500Principal();
    try {
      return publicAuthorities()
          .anyMatch(one -> one.getSubjectX500Principal().equals(authority) && hasSigned(one, last));
    } catch (GeneralSecurityException e) {
      return true; // nobody knows: no reason to accuse anyone
    }
  }

  /** A name alone is easily taken. */
  private static boolean hasSigned(X509Certificate authority, X509Certificate certificate) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Stream<X509Certificate> publicAuthorities() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    return Stream.of(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()));
  }
}
