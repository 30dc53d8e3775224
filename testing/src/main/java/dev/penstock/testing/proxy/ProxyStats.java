package dev.penstock.testing.proxy;

/**
 * What a proxy has done so far.
 *
 * @param connections accepted, in all
 * @param open connections that are there now
 */
public record ProxyStats(long connections, int open, long cuts, long bytesUp, long bytesDown) {
  @Override
  public String toString() {
    return "connections %d, open %d, cuts %d, bytes up %d, bytes down %d"
        .formatted(connections, open, cuts, bytesUp, bytesDown);
  }
}
