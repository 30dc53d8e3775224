package dev.penstock.server.relay;

import dev.penstock.server.access.RequestId;
import dev.penstock.server.auth.Caller;
import dev.penstock.server.auth.CallerAuthentication;
import io.grpc.Metadata;

/**
 * Which metadata a client gets to see of a call.
 *
 * <p>All of it but the caller's credential, which is for this server alone, with the caller's name
 * and the id of the call as this server has them. Headers that concern one hop (encodings, user
 * agent, time-out) are replaced by gRPC itself.
 */
public final class RelayHeaders {
  /** Names the tunnel of a call to any service whose requests this server does not read. */
  static final Metadata.Key<String> TUNNEL =
      Metadata.Key.of("penstock-tunnel", Metadata.ASCII_STRING_MARSHALLER);

  /** Tells the client who calls; set by this server, whatever the caller says. */
  static final Metadata.Key<String> CALLER =
      Metadata.Key.of("penstock-caller", Metadata.ASCII_STRING_MARSHALLER);

  private RelayHeaders() {}

  /** What goes on of the metadata received with a call. */
  public static Metadata forClient(Metadata received, Caller caller, RequestId requestId) {
    Metadata headers = new Metadata();
    headers.merge(received);
    headers.discardAll(CallerAuthentication.AUTHORIZATION);
    headers.discardAll(TUNNEL);
    headers.discardAll(CALLER);
    headers.put(CALLER, caller.name());
    requestId.putInto(headers);
    return headers;
  }
}
