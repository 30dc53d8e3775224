package dev.penstock.tunnel.channel;

import dev.penstock.tunnel.session.Attachment;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Where the children of a {@link TunnelServerChannel} come from. */
public interface SessionSource {
  /**
   * Starts to attach, for ever.
   *
   * @param onAttached called on each session's event loop; gives the session its listener, and
   *     returns it
   */
  void start(TunnelLoops loops, Function<Attachment, TunnelChannel> onAttached);

  /**
   * Attaches no more; open sessions stay.
   *
   * @return completes when none can come any more, not even by a dial that was under way
   */
  CompletionStage<Void> stop();

  /** No session is left, and none will come: whoever waits for the end has it. */
  void onEnded();
}
