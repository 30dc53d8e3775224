package dev.penstock.tunnel.session;

import dev.penstock.tunnel.connection.EventLoops;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;

/** Event loops that can drive carriers, on daemon threads. */
public class CarrierLoops extends MultiThreadIoEventLoopGroup {
  /** Starts no thread before the first carrier comes. */
  protected CarrierLoops(int threads, String name) {
    super(threads, new DefaultThreadFactory(name, true), EventLoops.ioHandlerFactory());
  }
}
