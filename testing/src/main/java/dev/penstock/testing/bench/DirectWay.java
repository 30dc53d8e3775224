package dev.penstock.testing.bench;

import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.tunnel.TunnelOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** (a): gRPC's own Netty transport over loopback, with the windows that a tunnel has. */
final class DirectWay implements Way {
  private final long bytes;
  private final Server server;
  private final ManagedChannel channel;

  DirectWay(long bytes, int messageBytes) throws IOException {
    this.bytes = bytes;
    int window = TunnelOptions.DEFAULTS.streamWindowBytes();
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .flowControlWindow(window)
            .addService(new SyntheticBlobs(messageBytes).definition())
            .build()
            .start();
    this.channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
            .usePlaintext()
            .directExecutor()
            .flowControlWindow(window)
            .build();
  }

  @Override
  public String name() {
    return "(a) plain gRPC over TCP";
  }

  @Override
  public ManagedChannel channel() {
    return channel;
  }

  @Override
  public FetchBlobRequest request() {
    return FetchBlobRequest.newBuilder().setLength(bytes).build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
