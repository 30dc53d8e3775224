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
 * @param replayBytes kept in memory to be sent again; never above {@code replayWindowBytes}
 * @param replayWindowBytes the bound: the replay windows of all
 * @param resumes how often a tunnel went on over another connection, since the start
 * @param suspended how many have no connection at present
 */
public record TunnelTotals(
    int attached,
    long unacknowledgedBytes,
    long replayBytes,
    long replayWindowBytes,
    long resumes,
    int suspended) {
  static TunnelTotals of(Collection<Tunnel> tunnels, long resumes) {
    int count = 0;
    long unacknowledged = 0;
    long replay = 0;
    long window = 0;
    int suspended = 0;
    for (Tunnel tunnel : tunnels) {
      TunnelStats stats = tunnel.stats();
      count++;
      unacknowledged += stats.unacknowledgedBytes();
      replay += stats.replayBytes();
      window += stats.replayWindowBytes();
      suspended += tunnel.isConnected() ? 0 : 1;
    }
    return new TunnelTotals(count, unacknowledged, replay, window, resumes, suspended);
  }
}
