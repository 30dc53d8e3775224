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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

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

  /** The server's own: others may be sent that nobody needs, such as an old cross-signature. */
  boolean endsBefore(Instant time) {
    return end().isBefore(time);
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

  /** Whether the Java runtime's own list has an authority that stands behind the server's. */
  private boolean isPublic() {
    try {
      return isSignedBy(publicAuthorities().toList());
    } catch (GeneralSecurityException e) {
      return true; // nobody knows: no reason to accuse anyone
    }
  }

  /**
   * Whether one of these signed the server's certificate, or one that leads there. What is sent
   * beside does not count: neither a cross-signature of an authority that is here no more, nor the
   * genuine chain of somebody else.
   */
  boolean isSignedBy(List<X509Certificate> authorities) {
    List<X509Certificate> left = new ArrayList<>(chain);
    Optional<X509Certificate> next = Optional.of(leaf());
    while (next.isPresent()) {
      X509Certificate one = next.get();
      if (authorities.stream().anyMatch(authority -> isIssuer(authority, one))) {
        return true;
      }
      left.remove(one);
      next = left.stream().filter(other -> isIssuer(other, one)).findFirst();
    }
    return false;
  }

  private static boolean isIssuer(X509Certificate authority, X509Certificate certificate) {
    return authority.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
        && hasSigned(authority, certificate);
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
