package dev.penstock.tunnel.channel;

import dev.penstock.tunnel.session.Attachment;
import java.util.function.Consumer;

/** Where the children of a {@link TunnelServerChannel} come from. */
public interface SessionSource {
  /**
   * Starts to attach, for ever.
   *
   * @param onAttached called on each session's event loop; gives the session its listener
   */
  void start(TunnelLoops loops, Consumer<Attachment> onAttached);

  /** Attaches no more; open sessions stay. */
  void stop();
}
