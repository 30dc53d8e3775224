package dev.penstock.server;

import dev.penstock.tunnel.Tunnel;
import dev.penstock.tunnel.TunnelStats;
import java.util.Collection;

/**
 * What the attached tunnels hold, summed, to be read by tests and by whoever operates the server.
 *
 * @param attached how many tunnels
 * @param unacknowledgedBytes sent to clients and kept until they acknowledge it; never above {@code
 *     replayWindowBytes}
 * @param replayWindowBytes the bound: the replay windows of all
 */
public record TunnelTotals(int attached, long unacknowledgedBytes, long replayWindowBytes) {
  static TunnelTotals of(Collection<Tunnel> tunnels) {
    int count = 0;
    long unacknowledged = 0;
    long window = 0;
    for (Tunnel tunnel : tunnels) {
      TunnelStats stats = tunnel.stats();
      count++;
      unacknowledged += stats.unacknowledgedBytes();
      window += stats.replayWindowBytes();
    }
    return new TunnelTotals(count, unacknowledged, window);
  }
}
