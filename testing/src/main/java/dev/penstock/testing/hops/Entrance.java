package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.channel.Channel;

/** What awaits a connection that a hop accepts. */
interface Entrance {
  /** Adds handlers; on the event loop of the connection, before anything has been read. */
  void open(Route route, Channel accepted);
}
