package dev.penstock.tunnel.websocket.accept;

import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * By what anybody knows that an answer is this server's own, and to which request: any hop can
 * answer in its place, and a cache with what it said before.
 */
final class Signature {
  static final String NAME = "penstock-server";

  /** On every answer: our version. */
  static final String SERVER = "Penstock-Server";

  /** A mark of the asking side's choice, which comes back as it came. */
  static final String PROBE = "Penstock-Probe";

  private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** That of the jar that this is in. */
  private static final String VERSION =
      Optional.ofNullable(Signature.class.getPackage().getImplementationVersion())
          .orElse("unpackaged");

  private Signature() {}

  /** Signs {@code answer}, to a request with the headers {@code asked}. */
  static void sign(HttpHeaders answer, HttpHeaders asked) {
    answer.set(SERVER, VERSION);
    String nonce = asked.get(PROBE);
    if (nonce != null && NONCE.matcher(nonce).matches()) {
      answer.set(PROBE, nonce);
    }
  }
}
