package dev.penstock.tunnel.connection;

import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words for what can go wrong with TLS, for the dialling side. */
public final class TlsFailures {
  /**
   * The alerts of RFC 8446 §6.2 that are about a certificate, as BoringSSL and the JDK say them.
   */
  private static final Pattern CERTIFICATE_ALERT =
      Pattern.compile(
          "(?i)\\b(?:\\w*alert(?:_|: ))?((?:BAD|UNSUPPORTED)_CERTIFICATE|UNKNOWN_CA"
              + "|CERTIFICATE_(?:REQUIRED|UNKNOWN|EXPIRED|REVOKED))\\b");

  private static final Pattern OTHER_NAME =
      Pattern.compile("(?i)no (?:subject alternative|name matching)|doesn't match|does not match");

  private static final String SERVER_NAME_HINT =
      "; if the address is right, give the certificate's name as the server name to ask for";

  private TlsFailures() {}

  /**
   * What happened, and what to do where that is clear: for the log of whoever dials. It quotes the
   * engine, and so names hosts.
   */
  public static String reason(Throwable failure) {
    Optional<String> kind = kind(failure);
    boolean isAll =
        innermost(failure) instanceof NotSslRecordException // the rest would be a dump
            || certificateAlert(failure).isPresent();
    if (isAll) {
      return kind.orElseThrow();
    }
    String said = ForeignText.of(innermost(failure));
    String advice = isOtherName(innermost(failure)) ? SERVER_NAME_HINT : "";
    return kind.map(words -> words + ": " + said + advice).orElse(said);
  }

  /** What happened, in words that name no host: for those who need not know them. */
  public static String kindOf(Throwable failure) {
    return kind(failure).orElse("no agreement in the handshake");
  }

  /** Empty: none of those that are known. */
  private static Optional<String> kind(Throwable failure) {
    Throwable innermost = innermost(failure);
    if (innermost instanceof NotSslRecordException) {
      return Optional.of("the peer does not speak TLS");
    }
    if (innermost instanceof CertificateExpiredException) {
      return Optional.of("the certificate has expired");
    }
    if (innermost instanceof CertificateNotYetValidException) {
      return Optional.of("the certificate is not valid yet");
    }
    if (innermost instanceof CertPathBuilderException
        || innermost instanceof CertPathValidatorException) {
      return Optional.of("the certificate is not from a trusted authority");
    }
    return isOtherName(innermost)
        ? Optional.of("the certificate is for another host")
        : certificateAlert(failure);
  }

  private static boolean isOtherName(Throwable innermost) {
    return innermost instanceof CertificateException
        && OTHER_NAME.matcher(ForeignText.of(innermost)).find();
  }

  /**
   * What to say when the peer ended TLS over the certificate that it was shown, or was not; it may
   * do so only after the handshake (RFC 8446 §4.4.2.4). Empty when it did not.
   */
  public static Optional<String> certificateAlert(Throwable failure) {
    Matcher alert = CERTIFICATE_ALERT.matcher(String.valueOf(innermost(failure).getMessage()));
    return alert.find()
        ? Optional.of(
            "the peer wants a client certificate, or another one than it was shown (alert %s)"
                .formatted(alert.group(1).toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  private static Throwable innermost(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null && innermost.getCause() != innermost) {
      innermost = innermost.getCause();
    }
    return innermost;
  }
}
