package dev.penstock.server.route;

import dev.penstock.server.directory.AttachedClient;
import io.grpc.Metadata;
import io.grpc.Status;

/** Who looks for a client. One of the two is called, once, on any thread; neither may block. */
public interface Taker {
  /** Here it is, with a place taken for one call, which the callee gives back. */
  void found(AttachedClient client);

  /** There is none. */
  void notFound(Status status, Metadata trailers);
}
