package dev.penstock.tunnel.probe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** The probes that are open at an acceptor, and the bounds of their number. Any thread. */
final class ProbeTable {
  @GuardedBy("this")
  private final Set<AcceptedProbe> open = new LinkedHashSet<>();

  @GuardedBy("this")
  private long opened;

  @GuardedBy("this")
  private long heldBytes;

  private final LongAdder receivedBytes = new LongAdder();
  private final LongAdder sentBytes = new LongAdder();

  /** Why there is no room for one more of this tunnel id; empty when there is. */
  synchronized Optional<String> full(String tunnelId) {
    if (open.size() >= ProbeProtocol.MAX_IN_ALL) {
      return Optional.of("%d probes are open here".formatted(ProbeProtocol.MAX_IN_ALL));
    }
    long ofTunnel = open.stream().filter(probe -> probe.tunnelId().equals(tunnelId)).count();
    return ofTunnel >= ProbeProtocol.MAX_PER_TUNNEL
        ? Optional.of(
            "%d probes are open under '%s'".formatted(ProbeProtocol.MAX_PER_TUNNEL, tunnelId))
        : Optional.empty();
  }

  /** Takes one in, if there is room for it. */
  synchronized boolean add(AcceptedProbe probe) {
    if (full(probe.tunnelId()).isPresent()) {
      return false;
    }
    opened++;
    return open.add(probe);
  }

  synchronized void remove(AcceptedProbe probe) {
    open.remove(probe);
  }

  synchronized List<AcceptedProbe> all() {
    return List.copyOf(open);
  }

  /** Whether so many more bytes of echoes may be in memory; if so, they count. */
  synchronized boolean hold(int bytes) {
    if (heldBytes + bytes > ProbeProtocol.MAX_HELD_BYTES) {
      return false;
    }
    heldBytes += bytes;
    return true;
  }

  synchronized void letGo(int bytes) {
    heldBytes -= bytes;
  }

  void received(int bytes) {
    receivedBytes.add(bytes);
  }

  void sent(int bytes) {
    sentBytes.add(bytes);
  }

  synchronized ProbeCounts counts() {
    return new ProbeCounts(open.size(), opened, receivedBytes.sum(), sentBytes.sum());
  }
}
