package dev.penstock.server.directory;

import io.grpc.ManagedChannel;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The clients attached to this process, by tunnel id. */
public final class TunnelDirectory {
  private final Map<String, List<AttachedClient>> attached = new ConcurrentHashMap<>();
  private final int maxCallsPerClient;

  // These are set once, before the first client attaches.
  private volatile Consumer<String> onArrival = tunnel -> {};
  private volatile Consumer<String> onPlace = tunnel -> {};

  /** A directory whose clients take this many calls at once, each. */
  public TunnelDirectory(int maxCallsPerClient) {
    this.maxCallsPerClient = maxCallsPerClient;
  }

  /** Says who hears of it when a client comes, or comes back, under an id. */
  public void onArrival(Consumer<String> listener) {
    onArrival = listener;
  }

  /**
   * Says who hears of it when a client that was full has a place again. Whoever ends a call calls
   * it, with whatever locks are held then: it must take none.
   */
  public void onPlace(Consumer<String> listener) {
    onPlace = listener;
  }

  /**
   * Adds a client; calls may come to it from now on.
   *
   * @param name how logs and messages call it
   */
  public AttachedClient attach(String tunnel, String name, ManagedChannel channel) {
    var client =
        new AttachedClient(tunnel, name, channel, maxCallsPerClient, () -> onPlace.accept(tunnel));
    attached.merge(
        tunnel,
        List.of(client),
        (old, added) -> Stream.of(old, added).flatMap(Collection::stream).toList());
    onArrival.accept(tunnel);
    return client;
  }

  /** Its tunnel has no connection: it gets no new calls until it has one again. */
  public void suspend(AttachedClient client) {
    client.markSuspended(true);
  }

  /** Its tunnel has a connection again. */
  public void resume(AttachedClient client) {
    client.markSuspended(false);
    onArrival.accept(client.tunnel());
  }

  /** It has asked for no more new calls. */
  public void drain(AttachedClient client) {
    client.markDraining();
  }

  /**
   * Removes a client; a second time does nothing.
   *
   * @param cause why, in words that a caller with a call in progress can use
   */
  public void detach(AttachedClient client, String cause) {
    client.markLost(cause);
    attached.computeIfPresent(client.tunnel(), (tunnel, clients) -> without(client, clients));
  }

  private static @Nullable List<AttachedClient> without(
      AttachedClient gone, List<AttachedClient> clients) {
    List<AttachedClient> left = clients.stream().filter(client -> client != gone).toList();
    return left.isEmpty() ? null : left;
  }

  /**
   * The client under this id with the fewest calls in progress, among those that take new calls.
   */
  public Optional<AttachedClient> leastBusy(String tunnel) {
    return attached.getOrDefault(tunnel, List.of()).stream()
        .filter(AttachedClient::isUsable)
        .min(Comparator.comparingInt(AttachedClient::calls));
  }

  /** Whether a client is there under this id whose tunnel has no connection at present. */
  public boolean hasSuspended(String tunnel) {
    return attached.getOrDefault(tunnel, List.of()).stream().anyMatch(AttachedClient::isSuspended);
  }

  /** How many clients are there whose tunnel has no connection. */
  public long suspended() {
    return attached.values().stream()
        .flatMap(Collection::stream)
        .filter(AttachedClient::isSuspended)
        .count();
  }
}
