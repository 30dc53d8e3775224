package dev.penstock.server.directory;

import io.grpc.ManagedChannel;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The clients attached to this process, by tunnel id. */
public final class TunnelDirectory {
  private final Map<String, List<AttachedClient>> attached = new ConcurrentHashMap<>();
  private final int maxCallsPerClient;

  /** A directory whose clients take this many calls at once, each. */
  public TunnelDirectory(int maxCallsPerClient) {
    this.maxCallsPerClient = maxCallsPerClient;
  }

  /** Adds a client; calls may come to it from now on. */
  public AttachedClient attach(String tunnel, String instance, ManagedChannel channel) {
    var client = new AttachedClient(tunnel, instance, channel, maxCallsPerClient);
    attached.merge(
        tunnel,
        List.of(client),
        (old, added) -> Stream.of(old, added).flatMap(Collection::stream).toList());
    return client;
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

  /** The client under this id with the fewest calls in progress, if any is attached. */
  public Optional<AttachedClient> leastBusy(String tunnel) {
    return attached.getOrDefault(tunnel, List.of()).stream()
        .min(Comparator.comparingInt(AttachedClient::calls));
  }
}
