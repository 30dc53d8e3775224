package dev.penstock.server;

import dev.penstock.server.auth.Tokens;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.directory.TunnelDirectory;
import dev.penstock.server.relay.RelayLimits;
import dev.penstock.tunnel.AcceptorListener;
import dev.penstock.tunnel.Tunnel;
import dev.penstock.tunnel.TunnelChannelBuilder;
import dev.penstock.tunnel.session.SessionClosed;
import dev.penstock.tunnel.session.TunnelAuthenticator;
import io.grpc.ManagedChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the tunnels that come and go into the directory. Called on event loops. */
final class Attachments implements AcceptorListener, TunnelAuthenticator {
  private static final Logger log = LoggerFactory.getLogger(Attachments.class);

  private final Tokens tokens;
  private final TunnelDirectory directory;
  private final Map<Tunnel, AttachedClient> clients = new ConcurrentHashMap<>();

  Attachments(Tokens tokens, TunnelDirectory directory) {
    this.tokens = tokens;
    this.directory = directory;
  }

  @Override
  public Verdict judge(String tunnelId, String token) {
    return tokens
        .tunnelOf(token)
        .map(tunnel -> tunnel.equals(tunnelId) ? Verdict.ACCEPTED : Verdict.OTHER_TUNNEL)
        .orElse(Verdict.UNKNOWN_TOKEN);
  }

  @Override
  public void onAttached(Tunnel tunnel) {
    ManagedChannel channel =
        TunnelChannelBuilder.forTunnel(tunnel)
            .directExecutor()
            // Retries keep a copy of what was sent; a relay has given its buffers back by then.
            .disableRetry()
            .maxInboundMessageSize(RelayLimits.MAX_MESSAGE_BYTES)
            .build();
    clients.put(tunnel, directory.attach(tunnel.id(), tunnel.instance(), channel));
    log.info("attached {} from {}", tunnel, tunnel.remoteAddress());
  }

  @Override
  public void onDetached(Tunnel tunnel, SessionClosed why) {
    AttachedClient client = clients.remove(tunnel);
    if (client != null) {
      directory.detach(client, why.toString());
    }
    log.info("detached {}: {}", tunnel, why);
  }
}
