package dev.penstock.client.doctor.diagnosis;

import dev.penstock.tunnel.connection.ForeignText;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whether TLS ends at a hop that inspects it: such a hop makes certificates of its own. */
public final class Interception {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  /**
   * Names that mean something within one network only (RFC 6761, RFC 6762, RFC 8375 and custom).
   */
  private static final Pattern PRIVATE_NAME =
      Pattern.compile(
          "(?i)[^.]+|.*\\.(local|localhost|localdomain|internal|intranet|intra|lan|corp|home|private"
              + "|test|example|invalid|home\\.arpa|svc|cluster|arpa)\\.?");

  private static final Pattern SAYS_SO =
      Pattern.compile(
          "(?i)ssl[ -]?(inspection|interception|decryption|proxy|bump)|tls[ -]?(inspection"
              + "|interception)|decrypt(ion)?\\b|man[ -]in[ -]the[ -]middle|mitm|web ?gateway");

  private Interception() {}

  /**
   * Judges a chain.
   *
   * @param issuers of its certificates, the server's own first, each as RFC 2253 has it
   * @param isPublicAuthority whether the Java runtime's own list has the authority at its end
   */
  public static Optional<Diagnosis> of(Sent sent, List<String> issuers, boolean isPublicAuthority) {
    Optional<Product> product =
        issuers.stream()
            .flatMap(issuer -> Signs.named(issuer).stream())
            .filter(Interception::inspects)
            .findFirst();
    String issuer = issuers.isEmpty() ? "" : ForeignText.printable(issuers.get(0));
    if (product.isPresent() && !isPublicAuthority) {
      return found(sent, product.get(), product.get().inWords(), issuer);
    }
    if (!isPublicAuthority && issuers.stream().anyMatch(name -> SAYS_SO.matcher(name).find())) {
      return found(sent, Product.UNKNOWN, "a hop whose authority says that it inspects", issuer);
    }
    return isPublicAuthority || !isPublicName(sent.host())
        ? Optional.empty()
        : found(sent, Product.UNKNOWN, "a hop that inspects TLS, perhaps", issuer);
  }

  /** Cloudflare and its kind are authorities, and rightly end TLS in the server's name. */
  private static boolean inspects(Product product) {
    return product.place() == Product.Place.INSPECTION;
  }

  static boolean isPublicName(String host) {
    return !ADDRESS.matcher(host).matches() && !PRIVATE_NAME.matcher(host).matches();
  }

  private static Optional<Diagnosis> found(Sent sent, Product product, String hop, String issuer) {
    String evidence =
        "the certificate of %s was issued by '%s', an authority that is not public"
            .formatted(sent.host(), issuer);
    return Optional.of(
        new Diagnosis(
            Cause.TLS_INTERCEPTED,
            hop,
            evidence,
            Remedies.of(Cause.TLS_INTERCEPTED, product, sent)));
  }
}
