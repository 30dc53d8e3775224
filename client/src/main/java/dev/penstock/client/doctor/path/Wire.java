package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.diagnosis.Sent;
import dev.penstock.client.doctor.visit.Exchange;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.tunnel.connection.ConnectException;
import dev.penstock.tunnel.connection.Connecting;
import dev.penstock.tunnel.connection.Destination;
import dev.penstock.tunnel.connection.EventLoops;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Connections of one layer, one thread for all; they end when it is closed. Blocks the thread that
 * asks, for a bounded time.
 */
final class Wire implements AutoCloseable {
  /** An event loop at rest ends at once; nobody waits for longer. */
  private static final long CLOSING_MILLIS = 1000;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("penstock-doctor", true), EventLoops.ioHandlerFactory());

  /** Begins to connect; whoever waits for it is to wait no longer than {@code bound}. */
  Connecting begin(Destination to, Duration bound) {
    return Connecting.begin(to, group.next(), bound);
  }

  /**
   * The same.
   *
   * @param greet is told the connection on its loop, before anything is read from it
   */
  private Connecting begin(EventLoop loop, Destination to, Duration bound, Consumer<Channel> greet)
      throws InterruptedException {
    // Begun on the loop, which cannot have connected before the listener is there.
    return loop.submit(
            () -> {
              Connecting connecting = Connecting.begin(to, loop, bound);
              connecting
                  .channel()
                  .addListener(
                      connected -> {
                        if (connected.isSuccess()) {
                          greet.accept((Channel) connected.getNow());
                        }
                      });
              return connecting;
            })
        .sync()
        .getNow();
  }

  /**
   * Connects.
   *
   * @throws ConnectException when there is no connection within {@code bound}
   */
  Channel connect(Destination to, Duration bound) throws ConnectException, InterruptedException {
    return await(begin(to, bound));
  }

  /** Waits for a connection; its own time-out bounds this. */
  static Channel await(Connecting connecting) throws ConnectException, InterruptedException {
    try {
      connecting.channel().await();
    } catch (InterruptedException e) {
      connecting.abandon();
      throw e;
    }
    if (connecting.channel().cause() instanceof ConnectException refused) {
      throw refused;
    }
    return connecting.channel().getNow();
  }

  /**
   * Sends one request, and reads what comes back.
   *
   * @param bound of connecting and answering together
   * @throws ConnectException when there is no connection to send it over
   */
  Exchange ask(Destination to, HttpMethod method, String target, Sent sent, Duration bound)
      throws ConnectException, InterruptedException {
    return ask(to, method, target, sent, 0, bound);
  }

  /**
   * The same, and behind a 101 sends as many bytes in messages, for whoever waits for more.
   *
   * @param pushed how many
   */
  Exchange ask(
      Destination to, HttpMethod method, String target, Sent sent, int pushed, Duration bound)
      throws ConnectException, InterruptedException {
    Time time = Time.start();
    EventLoop loop = group.next();
    AnswerReader reader = new AnswerReader(loop, sent.isUpgrade(), pushed);
    FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, target);
    sent.headers().fields().forEach(field -> request.headers().add(field.name(), field.value()));
    Channel channel =
        await(
            begin(
                loop, to, bound, connected -> reader.ask(connected, request, time.leftOf(bound))));
    try {
      reader.done().await();
    } finally {
      channel.close();
    }
    return reader.exchange(sent);
  }

  @Override
  public void close() {
    try {
      group
          .shutdownGracefully(0, CLOSING_MILLIS, TimeUnit.MILLISECONDS)
          .await(CLOSING_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException | CancellationException e) {
      Thread.currentThread().interrupt();
    }
  }
}
