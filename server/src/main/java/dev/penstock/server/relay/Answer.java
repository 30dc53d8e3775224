package dev.penstock.server.relay;

import dev.penstock.registry.stream.RawMessage;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a call of the registry's service, as it comes in over one leg after another; it has
 * the last word on the call's status.
 *
 * <p>All methods but {@link #hasRoom()} are called under the lock of the call.
 */
interface Answer {
  /** What the call is about, for messages. */
  String subject();

  /** Asks for what is still missing; a new leg begins with it. */
  RawMessage nextRequest();

  /**
   * Takes a response; what it keeps, it retains.
   *
   * @return whether the response is to be passed on to the caller now
   * @throws StatusException to end the call with that status; the response is not passed on then
   */
  boolean take(RawMessage message) throws StatusException;

  /** Whether another response may be asked for. Any thread. */
  boolean hasRoom();

  /** Grows with every byte of use that came; legs that bring none are not repeated for ever. */
  long progress();

  /** True when nothing is missing but the client's word that this was all. */
  boolean isComplete();

  /**
   * The client has ended the call, or nothing more is expected of any client.
   *
   * @param ended called once with the status for the caller, now or later, on any thread
   */
  void end(Status status, Consumer<Status> ended);

  /** What was kept back until the status is known, to be passed on before an OK; the last time. */
  @Nullable RawMessage takeKept();

  /** Nobody wants it any more: what is kept is given back. A second time does nothing. */
  void abandon();
}
