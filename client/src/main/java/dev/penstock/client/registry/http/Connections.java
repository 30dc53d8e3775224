package dev.penstock.client.registry.http;

import dev.penstock.tunnel.connection.Connecting;
import dev.penstock.tunnel.connection.Destination;
import dev.penstock.tunnel.connection.Tls;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.FixedRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpDecoderConfig;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Gives connections to origins: one that is idle, or a new one. Any thread. */
final class Connections {
  /**
   * Bytes of one read from the socket. Fewer make more reads and messages out of the same blob;
   * more do not fit the processor's cache.
   */
  static final int READ_BYTES = 128 * 1024;

  /** Signed URLs in a Location are long. */
  private static final int MAX_HEADER_BYTES = 64 * 1024;

  private static final int CHECKS_PER_KEEP_ALIVE = 4;

  private final HttpOptions options;
  private final EventLoopGroup loops;
  private final ConnectionPool pool = new ConnectionPool();
  private final ScheduledFuture<?> ageing;

  Connections(HttpOptions options, EventLoopGroup loops) {
    this.options = options;
    this.loops = loops;
    long period = ConnectionPool.KEEP_ALIVE.toMillis() / CHECKS_PER_KEEP_ALIVE;
    ageing =
        loops
            .next()
            .scheduleWithFixedDelay(
                () -> pool.takeOld().forEach(Connections::close),
                period,
                period,
                TimeUnit.MILLISECONDS);
  }

  /**
   * A connection for one exchange.
   *
   * @param mayBeKept whether one that has served before will do
   */
  CompletableFuture<HttpConnection> connection(Route route, Errand errand, boolean mayBeKept) {
    HttpConnection kept = mayBeKept ? pool.take(route.origin()) : null;
    return kept != null ? CompletableFuture.completedFuture(kept) : connect(route, errand);
  }

  private CompletableFuture<HttpConnection> connect(Route route, Errand errand) {
    EventLoop loop = loops.next();
    Connecting connecting =
        Connecting.begin(destination(route), loop, options.connectTimeout(), reads());
    CompletableFuture<HttpConnection> made = new CompletableFuture<>();
    connecting.channel().addListener(connected -> onConnected(route.origin(), connected, made));
    errand.track(made);
    made.whenComplete(
        (connection, failure) -> {
          if (made.isCancelled()) {
            connecting.abandon();
          }
        });
    return made;
  }

  private void onConnected(
      Origin origin, Future<? super Channel> connected, CompletableFuture<HttpConnection> made) {
    if (!connected.isSuccess()) {
      made.completeExceptionally(connected.cause());
      return;
    }
    Channel channel = (Channel) connected.getNow();
    channel.config().setAutoRead(false);
    HttpConnection connection =
        new HttpConnection(
            channel, idle -> keep(origin, idle), ended -> pool.remove(origin, ended));
    channel.pipeline().addLast(codec(), connection);
    if (!pool.add(connection) || !made.complete(connection)) {
      channel.close();
    }
  }

  private Destination destination(Route route) {
    Origin origin = route.origin();
    InetSocketAddress hop = route.isForwarded() ? route.forwarder().address() : null;
    String host = origin.host().replaceAll("[\\[\\]]", ""); // of an IPv6 address
    String serverName = options.reach().serverNames().apply(origin);
    return new Destination(
        origin.toString(),
        hop == null ? host : hop.getHostString(),
        hop == null ? origin.port() : hop.getPort(),
        hop == null ? route.proxy() : null,
        origin.isSecure()
            ? new Tls(options.reach().tls(), serverName == null ? host : serverName)
            : null);
  }

  private void keep(Origin origin, HttpConnection connection) {
    if (!pool.keep(origin, connection)) {
      connection.channel().close();
    }
  }

  private static HttpClientCodec codec() {
    return new HttpClientCodec(
        new HttpDecoderConfig().setMaxChunkSize(READ_BYTES).setMaxHeaderSize(MAX_HEADER_BYTES),
        HttpClientCodec.DEFAULT_PARSE_HTTP_AFTER_CONNECT_REQUEST,
        HttpClientCodec.DEFAULT_FAIL_ON_MISSING_RESPONSE);
  }

  /** One read for each that is asked for: that is how demand reaches the socket. */
  private static RecvByteBufAllocator reads() {
    return new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1);
  }

  private static void close(HttpConnection connection) {
    connection.channel().close();
  }

  void close() {
    ageing.cancel(false);
    pool.close().forEach(Connections::close);
  }
}
