package dev.penstock.client.check;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;

/** Why a handshake failed, as far as it decides what to do about it. */
public enum TlsFailure {
  /** A certificate is too old, or too young. */
  NOT_VALID_NOW,
  /** No authority that is trusted has signed it. */
  NOT_TRUSTED,
  /** Another name, no TLS at all, no answer. */
  OTHER;

  /** By the types of the causes. */
  public static TlsFailure of(Throwable failure) {
    if (hasCause(failure, CertificateExpiredException.class)
        || hasCause(failure, CertificateNotYetValidException.class)) {
      return NOT_VALID_NOW;
    }
    return hasCause(failure, CertPathBuilderException.class)
            || hasCause(failure, CertPathValidatorException.class)
        ? NOT_TRUSTED
        : OTHER;
  }

  static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable t = failure; t != null && t != t.getCause(); t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }
}
