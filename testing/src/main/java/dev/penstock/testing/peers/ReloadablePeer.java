package dev.penstock.testing.peers;

import java.io.IOException;

/** A server that reads its configuration again when it is told to, and serves all the while. */
public interface ReloadablePeer extends AutoCloseable {

  /**
   * Makes it read its configuration file again, by the signal that an operator's tools send; its
   * new processes serve when this returns, while the old ones may still finish.
   */
  void reload() throws IOException, InterruptedException;

  /** Ends its processes, old and new. */
  @Override
  void close();
}
