package dev.penstock.testing.bench;

import dev.penstock.registry.v1.FetchBlobRequest;
import io.grpc.Channel;

/** One way for a stream to get from a serving end to a calling end. */
interface Way extends AutoCloseable {
  /** The letter by which the requirements name it, and what it is. */
  String name();

  /** Where to call. */
  Channel channel();

  /** The request whose answer is a stream of the benchmark's size. */
  FetchBlobRequest request();

  @Override
  void close();
}
