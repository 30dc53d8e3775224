package dev.penstock.client.registry;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.auth.AccessRefusedException;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.LateAnswerException;
import dev.penstock.client.registry.http.Origin;
import dev.penstock.client.registry.http.RefusedRedirectException;
import dev.penstock.tunnel.connection.ConnectException;
import dev.penstock.tunnel.connection.TlsFailures;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * From what went wrong on the wire to a {@link RegistryException}, for one read.
 *
 * @param what what was being read, e.g. {@code blob team/app@sha256:… of registry 'main'}
 */
record Failures(String what) {
  private static final int MAX_QUOTED_CHARS = 200;
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
      return wrap(Kind.DENIED, cause.getMessage(), cause);
    }
    if (cause instanceof RefusedRedirectException) {
      return wrap(Kind.UNSUPPORTED, cause.getMessage(), cause);
    }
    if (isCausedByEnd(cause)) {
      return wrap(Kind.TRUNCATED, "the registry closed the connection before the last byte", cause);
    }
    return wrap(Kind.UNREACHABLE, describe(cause), cause);
  }

  private RegistryException wrap(Kind kind, @Nullable String detail, Throwable cause) {
    return new RegistryException(kind, what + ": " + detail, cause);
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
    return TlsFailures.certificateAlert(cause)
        .map(alert -> "TLS with the registry failed: " + alert + CERTIFICATE_HINT)
        .orElse("the connection to the registry failed: " + cause.getMessage());
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
    return of(
        kind,
        "the registry redirects to %s, which answers %d".formatted(store, status)
            + (kind == Kind.UNSUPPORTED
                ? "; look whether a proxy alters the URL, and whether clocks are right"
                : ""));
  }

  /** A status that is no success. */
  RegistryException ofStatus(int status, byte[] body) {
    String said = said(body);
    return switch (status) {
      case 401, 403 ->
          of(
              Kind.DENIED,
              "the registry refuses access (%d%s); check the rights of the customer's account there"
                  .formatted(status, said));
      case 404 -> of(Kind.NOT_FOUND, "the registry has none (404%s)".formatted(said));
      case 429 -> of(Kind.THROTTLED, "the registry asks to come later (429%s)".formatted(said));
      default ->
          of(
              status >= 500 ? Kind.FAILING : Kind.UNSUPPORTED,
              "the registry answers %d%s".formatted(status, said));
    };
  }

  /** The first error of the body that the specification asks for ("Error Codes"), or nothing. */
  private static String said(byte[] body) {
    try {
      JsonObject json =
          JsonParser.parseString(new String(body, StandardCharsets.UTF_8)).getAsJsonObject();
      JsonArray errors = json.getAsJsonArray("errors");
      JsonObject first = errors.get(0).getAsJsonObject();
      String text = text(first, "code") + " " + text(first, "message");
      String printable = text.strip().replaceAll("[^\\x20-\\x7e]", "?");
      return ", " + printable.substring(0, Math.min(printable.length(), MAX_QUOTED_CHARS));
    } catch (JsonParseException
        | IllegalStateException
        | ClassCastException
        | NullPointerException
        | IndexOutOfBoundsException e) {
      return "";
    }
  }

  private static String text(JsonObject error, String key) {
    return error.has(key) ? error.get(key).getAsString() : "";
  }
}
