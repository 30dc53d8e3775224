package dev.penstock.tunnel.connection;

import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.proxy.ProxyConnectionEvent;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.grpc.netty.shaded.io.netty.resolver.NoopAddressResolverGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import io.grpc.netty.shaded.io.netty.util.concurrent.Promise;
import java.io.EOFException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection on its way: name, TCP, proxy, TLS, all within one time-out.
 *
 * <p>A host with several addresses is tried at each in turn, in the order of the system's resolver
 * (RFC 6724); each gets its share of the time that is left, so that one dead address, say of a
 * protocol family that the network does not carry, leaves time for the others.
 *
 * <p>The channel that {@link #channel} gives has no handler that wants application bytes; whoever
 * gets it adds one in the same turn of its event loop. Until then the peer is not expected to
 * speak: the protocols in use let the client speak first.
 *
 * <p>Threads: any may begin and abandon; the rest is on {@code loop}.
 */
public final class Connecting {
  private final Destination to;
  private final EventLoop loop;
  private final Duration timeout;
  private final RecvByteBufAllocator reads;
  private final Promise<Channel> promise;
  private final long deadlineNanos;
  private final Deque<InetSocketAddress> untried = new ArrayDeque<>();
  private ConnectStep step = ConnectStep.CONNECT;
  private @Nullable Channel channel;
  private @Nullable ScheduledFuture<?> timer;

  private Connecting(Destination to, EventLoop loop, Duration timeout, RecvByteBufAllocator reads) {
    this.to = to;
    this.loop = loop;
    this.timeout = timeout;
    this.reads = reads;
    this.promise = loop.newPromise();
    this.deadlineNanos = System.nanoTime() + timeout.toNanos();
  }

  /** Begins; reads are of the sizes that lately came. */
  public static Connecting begin(Destination to, EventLoop loop, Duration timeout) {
    return begin(to, loop, timeout, EventLoops.readSizes());
  }

  /**
   * Begins.
   *
   * @param loop where the connection shall live
   * @param timeout over all steps
   * @param reads how much is read from the socket at once
   */
  public static Connecting begin(
      Destination to, EventLoop loop, Duration timeout, RecvByteBufAllocator reads) {
    Connecting connecting = new Connecting(to, loop, timeout, reads);
    loop.execute(connecting::lookUp);
    return connecting;
  }

  /** Completes on the loop, with a {@link ConnectException} when there is no connection. */
  public Future<Channel> channel() {
    return promise;
  }

  /** Nobody waits any more. */
  public void abandon() {
    if (!loop.isShuttingDown()) {
      loop.execute(() -> end(ConnectFailures.abandoned(to, step)));
    }
  }

  private void lookUp() {
    timer =
        loop.schedule(
            () -> end(ConnectFailures.timedOut(to, step, timeout)),
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    HostLookup.resolve(to.firstHop(), loop).addListener(this::onLookedUp);
  }

  private void onLookedUp(Future<? super List<InetSocketAddress>> lookup) {
    if (lookup.isSuccess()) {
      @SuppressWarnings("unchecked") // of HostLookup
      List<InetSocketAddress> found = (List<InetSocketAddress>) lookup.getNow();
      untried.addAll(found);
      tryNext(new UnknownHostException(to.host()));
    } else {
      failed(lookup.cause());
    }
  }

  private void tryNext(Throwable why) {
    if (promise.isDone()) {
      return;
    }
    InetSocketAddress address = untried.poll();
    if (address == null) {
      failed(why);
      return;
    }
    long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    int share = (int) Math.max(1, leftMillis / (untried.size() + 1));
    EventLoops.tune(new Bootstrap())
        .group(loop)
        // The last has all that is left, and our own timer knows the step.
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, untried.isEmpty() ? 0 : share)
        .option(ChannelOption.RECVBUF_ALLOCATOR, reads)
        .resolver(NoopAddressResolverGroup.INSTANCE)
        .handler(new Setup(address))
        // Behind a proxy, the proxy's handler connects to its address in this one's place.
        .connect(to.proxy() == null ? address : to.unresolvedAddress())
        .addListener(connected -> onConnected(connected));
  }

  private void onConnected(Future<? super Void> connected) {
    if (!connected.isSuccess() && step == ConnectStep.CONNECT) {
      tryNext(connected.cause());
    } else if (!connected.isSuccess()) {
      failed(connected.cause());
    }
  }

  private void passed(ConnectStep passed) {
    if (to.tls() != null && passed != ConnectStep.TLS) {
      step = ConnectStep.TLS;
    } else {
      cancelTimer();
      promise.trySuccess(Objects.requireNonNull(channel));
    }
  }

  private void failed(Throwable cause) {
    end(cause instanceof ConnectException known ? known : ConnectFailures.failed(to, step, cause));
  }

  private void end(ConnectException why) {
    if (promise.tryFailure(why)) {
      cancelTimer();
      if (channel != null) {
        channel.close();
      }
    }
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private final class Setup extends ChannelInitializer<Channel> {
    private final InetSocketAddress firstHop;

    Setup(InetSocketAddress firstHop) {
      this.firstHop = firstHop;
    }

    @Override
    protected void initChannel(Channel made) {
      channel = made;
      Proxy proxy = to.proxy();
      if (proxy != null) {
        made.pipeline().addLast(Handlers.proxy(proxy, firstHop));
      }
      Tls tls = to.tls();
      if (tls != null) {
        made.pipeline().addLast(Handlers.tls(tls, made, to.port()));
      }
      made.pipeline().addLast(new Steps());
    }
  }

  /** Watches how far it has come; leaves when it is there. */
  private final class Steps extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      if (to.proxy() != null) {
        step = ConnectStep.PROXY; // this was the connection to the proxy
      } else {
        passed(ConnectStep.CONNECT, ctx);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ProxyConnectionEvent) {
        passed(ConnectStep.PROXY, ctx);
      } else if (event instanceof SslHandshakeCompletionEvent tls) {
        if (tls.isSuccess()) {
          passed(ConnectStep.TLS, ctx);
        } else {
          failed(tls.cause());
        }
      }
    }

    private void passed(ConnectStep passed, ChannelHandlerContext ctx) {
      Connecting.this.passed(passed);
      if (promise.isDone()) {
        ctx.pipeline().remove(this);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (step != ConnectStep.CONNECT) {
        failed(new EOFException("the peer closed the connection"));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      failed(cause);
    }
  }
}
