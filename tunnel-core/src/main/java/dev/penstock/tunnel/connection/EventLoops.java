package dev.penstock.tunnel.connection;

import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.WriteBufferWaterMark;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;

/**
 * The one place that knows which Netty transport runs (epoll on Linux, NIO elsewhere) and how the
 * sockets are tuned.
 */
public final class EventLoops {
  /** Bytes that may wait for a socket before senders are told to pause. */
  public static final int SOCKET_HIGH_WATER_BYTES = 512 * 1024;

  /** Bytes down to which they drain before senders may go on. */
  public static final int SOCKET_LOW_WATER_BYTES = 256 * 1024;

  private static final int MIN_READ_BYTES = 2048;
  private static final int FIRST_READ_BYTES = 16 * 1024;
  private static final int MAX_READ_BYTES = 128 * 1024;

  private EventLoops() {}

  /** What makes event loops that can drive sockets. */
  public static IoHandlerFactory ioHandlerFactory() {
    return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  /** Sets channel type and options of accepted connections. */
  public static ServerBootstrap tune(ServerBootstrap bootstrap) {
    return bootstrap
        .channel(
            Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, readSizes());
  }

  /** Sets channel type and options of connections that we open. */
  public static Bootstrap tune(Bootstrap bootstrap) {
    return bootstrap
        .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
        .option(ChannelOption.RECVBUF_ALLOCATOR, readSizes());
  }

  private static WriteBufferWaterMark waterMark() {
    return new WriteBufferWaterMark(SOCKET_LOW_WATER_BYTES, SOCKET_HIGH_WATER_BYTES);
  }

  /** Reads of as many bytes as lately came at once. */
  static AdaptiveRecvByteBufAllocator readSizes() {
    return new AdaptiveRecvByteBufAllocator(MIN_READ_BYTES, FIRST_READ_BYTES, MAX_READ_BYTES);
  }
}
