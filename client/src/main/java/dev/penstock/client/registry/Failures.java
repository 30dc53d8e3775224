package dev.penstock.client.registry;

import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.auth.AccessRefusedException;
import dev.penstock.client.registry.auth.TokenServerException;
import dev.penstock.client.registry.http.BodyTooLargeException;
import dev.penstock.client.registry.http.DetailException;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.LateAnswerException;
import dev.penstock.client.registry.http.NoRouteException;
import dev.penstock.client.registry.http.Origin;
import dev.penstock.client.registry.http.RefusedRedirectException;
import dev.penstock.client.registry.http.StalledException;
import dev.penstock.tunnel.connection.ConnectException;
import dev.penstock.tunnel.connection.TlsFailures;
import java.io.EOFException;
import java.util.concurrent.CancellationException;

/**
 * From what went wrong on the wire to a {@link RegistryException}, for one read. The customer's
 * hosts, files and users are in the causes and not in the messages, which go to callers.
 *
 * @param what what was being read, e.g. {@code blob team/app@sha256:… of registry 'main'}
 */
record Failures(String what) {
  private static final String SEE_LOG = "; the client's log says more";
  private static final String CERTIFICATE_HINT =
      "; see registry-client-certificate and registry-client-key";

  RegistryException of(Kind kind, String detail) {
    return new RegistryException(kind, what + ": " + detail);
  }

  /** The last of several failures, at the end of patience. */
  RegistryException gaveUp(RegistryException last, int attempts, long position, long end) {
    return new RegistryException(
        last.kind(),
        "%s; gave up at byte %d of %d, after %d attempts without progress"
            .formatted(last.getMessage(), position, end, attempts),
        last);
  }

  /** A failure before or within the body. Idempotent. */
  RegistryException of(Throwable failure) {
    Throwable cause = HttpTransport.unwrap(failure);
    if (cause instanceof RegistryException known) {
      return known;
    }
    if (cause instanceof AccessRefusedException) {
      return wrap(Kind.DENIED, cause.getMessage() + SEE_LOG, cause);
    }
    if (cause instanceof RefusedRedirectException) {
      return wrap(Kind.UNSUPPORTED, cause.getMessage() + SEE_LOG, cause);
    }
    if (isCausedByEnd(cause)) {
      return wrap(Kind.TRUNCATED, "the registry closed the connection before the last byte", cause);
    }
    return wrap(Kind.UNREACHABLE, describe(cause), cause);
  }

  private RegistryException wrap(Kind kind, String told, Throwable cause) {
    return new RegistryException(kind, what + ": " + told, cause);
  }

  private static String describe(Throwable cause) {
    if (cause instanceof ConnectException connecting) {
      return switch (connecting.step()) {
        case CONNECT -> "the registry cannot be reached; is it up, and its URL right?";
        case PROXY ->
            "the proxy on the way to the registry does not connect: " + connecting.reason();
        case TLS -> "TLS with the registry failed: " + connecting.reason() + hint(connecting);
      };
    }
    if (cause instanceof LateAnswerException) {
      return "the registry does not answer in time";
    }
    if (cause instanceof CancellationException) {
      return "the read was cancelled";
    }
    if (cause instanceof StalledException || cause instanceof BodyTooLargeException) {
      return "the connection to the registry failed: " + cause.getMessage();
    }
    if (cause instanceof NoRouteException) {
      return "the client cannot get its password for the proxy to the registry" + SEE_LOG;
    }
    if (cause instanceof TokenServerException) {
      return cause.getMessage() + SEE_LOG;
    }
    // What others write names hosts and files.
    return TlsFailures.certificateAlert(cause)
        .map(alert -> "TLS with the registry failed: " + alert + CERTIFICATE_HINT)
        .orElse("the connection to the registry failed" + SEE_LOG);
  }

  private static String hint(ConnectException failure) {
    return TlsFailures.certificateAlert(failure).isPresent() ? CERTIFICATE_HINT : "";
  }

  private static boolean isCausedByEnd(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof EOFException) {
        return true;
      }
    }
    return false;
  }

  /** A status that is no success, of the place to which the registry redirected. */
  RegistryException ofStore(Origin store, int status) {
    Kind kind = status >= 500 ? Kind.FAILING : status == 429 ? Kind.THROTTLED : Kind.UNSUPPORTED;
    return wrap(
        kind,
        "the registry redirects to a store, which answers %d".formatted(status)
            + (kind == Kind.UNSUPPORTED
                ? "; look whether a proxy alters the URL, and whether clocks are right"
                : ""),
        new DetailException("the store is " + store));
  }

  /** A status that is no success. */
  RegistryException ofStatus(int status, byte[] body) {
    ErrorBody said = ErrorBody.of(body);
    String answer = status + said.codeAfterComma();
    return switch (status) {
      case 401, 403 ->
          ofAnswer(
              Kind.DENIED,
              "the registry refuses access (%s); check the rights of the customer's account there"
                  .formatted(answer),
              said);
      case 404 -> ofAnswer(Kind.NOT_FOUND, "the registry has none (%s)".formatted(answer), said);
      case 429 ->
          ofAnswer(Kind.THROTTLED, "the registry asks to come later (%s)".formatted(answer), said);
      default ->
          ofAnswer(
              status >= 500 ? Kind.FAILING : Kind.UNSUPPORTED,
              "the registry answers " + answer,
              said);
    };
  }

  private RegistryException ofAnswer(Kind kind, String told, ErrorBody said) {
    return said.message().isEmpty()
        ? of(kind, told)
        : wrap(kind, told, new DetailException("it says: " + said.message()));
  }
}
