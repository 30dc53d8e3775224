package dev.penstock.server.relay;

import dev.penstock.server.auth.Caller;
import dev.penstock.server.auth.Identifier;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.directory.TunnelDirectory;
import io.grpc.StatusException;

/** Finds the client that takes a call. */
final class Router {
  private final TunnelDirectory directory;

  Router(TunnelDirectory directory) {
    this.directory = directory;
  }

  /**
   * The least busy client under the tunnel id, with a place taken for one call.
   *
   * <p>Permission comes before presence: who may not use a tunnel learns nothing of it.
   */
  AttachedClient route(Caller caller, String tunnel) throws StatusException {
    if (tunnel.isEmpty()) {
      throw RelayStatus.tunnelMissing().asException();
    }
    if (!Identifier.isValid(tunnel)) {
      throw RelayStatus.tunnelMalformed().asException();
    }
    if (!caller.mayUse(tunnel)) {
      throw RelayStatus.denied(caller, tunnel).asException();
    }
    AttachedClient client =
        directory
            .leastBusy(tunnel)
            .orElseThrow(() -> RelayStatus.notAttached(tunnel).asException());
    if (!client.tryBeginCall()) {
      throw RelayStatus.tooManyCalls(tunnel).asException();
    }
    return client;
  }
}
