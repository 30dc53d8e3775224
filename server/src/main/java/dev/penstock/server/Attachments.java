package dev.penstock.server;

import dev.penstock.server.auth.Tokens;
import dev.penstock.server.auth.TunnelToken;
import dev.penstock.server.canary.Canary;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.directory.TunnelDirectory;
import dev.penstock.server.relay.RelayLimits;
import dev.penstock.tunnel.AcceptorListener;
import dev.penstock.tunnel.Tunnel;
import dev.penstock.tunnel.TunnelChannelBuilder;
import dev.penstock.tunnel.ops.TunnelLedger;
import dev.penstock.tunnel.session.CloseCause;
import dev.penstock.tunnel.session.SessionClosed;
import dev.penstock.tunnel.session.TunnelAuthenticator;
import dev.penstock.tunnel.session.TunnelAuthenticator.Accepted;
import io.grpc.ManagedChannel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the tunnels that come and go into the directory, and ends those whose token is withdrawn.
 *
 * <p>Called on event loops, but for what says otherwise.
 */
final class Attachments implements AcceptorListener, TunnelAuthenticator {
  private static final Logger log = LoggerFactory.getLogger(Attachments.class);

  private final Tokens tokens;
  private final TunnelDirectory directory;
  private final @Nullable Canary canary;
  private final AtomicLong resumes = new AtomicLong();
  private final TunnelLedger ledger = new TunnelLedger();
  private final Map<Tunnel, Attached> attached = new ConcurrentHashMap<>();

  /** What is known of a tunnel while it is attached. */
  private record Attached(AttachedClient client, TunnelToken letInBy) {}

  /**
   * Brings them into this directory.
   *
   * @param canary told of them, too; null: none
   */
  Attachments(Tokens tokens, TunnelDirectory directory, @Nullable Canary canary) {
    this.tokens = tokens;
    this.directory = directory;
    this.canary = canary;
  }

  @Override
  public Verdict judge(String tunnelId, String secret) {
    Optional<TunnelToken> token = tokens.tunnelToken(secret);
    if (token.isEmpty()) {
      return Verdict.UNKNOWN_TOKEN;
    }
    if (!token.get().tunnel().equals(tunnelId)) {
      return Verdict.OTHER_TUNNEL;
    }
    return new Accepted(token.get());
  }

  @Override
  public boolean isInForce(Object principal) {
    return tokens.isInForce((TunnelToken) principal);
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
    AttachedClient client = directory.attach(tunnel.id(), tunnel.toString(), channel);
    Attached entry = new Attached(client, (TunnelToken) tunnel.principal());
    attached.put(tunnel, entry);
    ledger.onAttached(tunnel);
    if (canary != null) {
      canary.attached(client);
    }
    log.info("attached {} from {}", tunnel, tunnel.remoteAddress());
    // The token may have been withdrawn since it was judged; only from here on do reloads see this.
    closeIfWithdrawn(tunnel, entry);
  }

  /** Closes every tunnel whose token is not in force any more. Any thread. */
  void closeWithdrawn() {
    attached.forEach(this::closeIfWithdrawn);
  }

  private void closeIfWithdrawn(Tunnel tunnel, Attached entry) {
    if (!isInForce(entry.letInBy())) {
      tunnel.close(CloseCause.CLOSED, "its token was withdrawn");
    }
  }

  /** What the attached tunnels hold now. Any thread. */
  TunnelTotals totals() {
    return TunnelTotals.of(attached.keySet(), resumes.get());
  }

  /** What has gone through tunnels since the start. Any thread. */
  TunnelLedger ledger() {
    return ledger;
  }

  /** Calls in progress in all tunnels. Any thread. */
  long streams() {
    return attached.values().stream().mapToLong(entry -> entry.client().calls()).sum();
  }

  @Override
  public void onSuspended(Tunnel tunnel, SessionClosed why) {
    withClient(tunnel, directory::suspend);
    // A client that moves to a fresh connection is back in the same moment.
    if (why.cause() != CloseCause.SUPERSEDED) {
      log.info("suspended {}: {}", tunnel, why);
    }
  }

  @Override
  public void onResumed(Tunnel tunnel) {
    resumes.incrementAndGet();
    withClient(tunnel, directory::resume);
    log.info("resumed {} from {}", tunnel, tunnel.remoteAddress());
  }

  @Override
  public void onDraining(Tunnel tunnel, String reason) {
    withClient(tunnel, directory::drain);
    log.info("draining {}: {}", tunnel, reason);
  }

  private void withClient(Tunnel tunnel, Consumer<AttachedClient> action) {
    Attached entry = attached.get(tunnel);
    if (entry != null) {
      action.accept(entry.client());
    }
  }

  @Override
  public void onDetached(Tunnel tunnel, SessionClosed why) {
    Attached entry = attached.remove(tunnel);
    ledger.onDetached(tunnel);
    if (entry != null) {
      directory.detach(entry.client(), why.toString());
      if (canary != null) {
        canary.detached(entry.client());
      }
    }
    log.info("detached {}: {}", tunnel, why);
  }
}
