package dev.penstock.client.cli;

import java.util.Map;

/**
 * How much memory Netty keeps for buffers, for a process that is idle most of its life. Netty's own
 * defaults are made for servers: 20 MB after the first connection.
 *
 * <p>Netty reads them once, when its first class is loaded; whoever sets one with {@code -D} wins.
 */
final class NettyMemory {
  private static final String PREFIX = "io.grpc.netty.shaded.io.netty.allocator.";

  /**
   * Pools whose chunks are 1 MiB (8 KiB pages, doubled 7 times), two for the network's buffers and
   * one on the heap. A chunk holds six messages of 128 KiB; in smaller ones hardly one would fit.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of("type", "pooled", "numDirectArenas", "2", "numHeapArenas", "1", "maxOrder", "7");

  private NettyMemory() {}

  /** To be called before anything that loads Netty. */
  static void setDefaults() {
    DEFAULTS.forEach(
        (key, value) -> {
          if (System.getProperty(PREFIX + key) == null) {
            System.setProperty(PREFIX + key, value);
          }
        });
  }
}
