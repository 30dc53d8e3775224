package dev.penstock.server.relay;

import dev.penstock.registry.stream.RawMessage;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.function.Consumer;

/**
 * Watches the responses of one call and has the last word on its status.
 *
 * <p>All methods but {@link #hasRoom()} are called on the event loop of the tunnel, in the order of
 * the events.
 */
interface ResponseCheck {
  /**
   * Sees a response before it is passed on; what it keeps, it retains.
   *
   * @throws StatusException to end the call with that status; the response is not passed on then
   */
  void onMessage(RawMessage message) throws StatusException;

  /** Whether another response may be asked for. Any thread. */
  boolean hasRoom();

  /**
   * The client has ended the call.
   *
   * @param ended called once with the status for the caller, now or later, on any thread
   */
  void onClose(Status status, Consumer<Status> ended);

  /** Accepts everything. */
  ResponseCheck NONE =
      new ResponseCheck() {
        @Override
        public void onMessage(RawMessage message) {}

        @Override
        public boolean hasRoom() {
          return true;
        }

        @Override
        public void onClose(Status status, Consumer<Status> ended) {
          ended.accept(status);
        }
      };
}
