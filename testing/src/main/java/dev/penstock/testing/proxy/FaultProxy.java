package dev.penstock.testing.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Passes TCP connections on to a target, and does to them what it is told, while it runs.
 *
 * <p>A fault acts on all connections, those to come included, until {@link #heal()}. Any thread.
 */
public final class FaultProxy implements AutoCloseable {
  private static final long NO_CUT = Long.MAX_VALUE;
  private static final int BACKLOG = 1024;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);

  private final ServerSocket listener;
  private final AtomicReference<InetSocketAddress> target;
  private final LaneFaults up = new LaneFaults();
  private final LaneFaults down = new LaneFaults();
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock = clock();
  private final AtomicReference<@Nullable Future<?>> cutting = new AtomicReference<>();
  private final AtomicLong bytesToCut = new AtomicLong(NO_CUT);
  private final AtomicBoolean refusing = new AtomicBoolean();
  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong cuts = new AtomicLong();
  private final AtomicLong bytesUp = new AtomicLong();
  private final AtomicLong bytesDown = new AtomicLong();
  private final AtomicInteger number = new AtomicInteger();

  // Written by whoever sets it, run by the thread that cuts.
  private volatile Runnable onCut = () -> {};

  private FaultProxy(ServerSocket listener, InetSocketAddress target) {
    this.listener = listener;
    this.target = new AtomicReference<>(target);
  }

  /**
   * Listens, and passes on.
   *
   * @param listen port 0 picks a free one
   * @throws IOException when the address cannot be bound
   */
  public static FaultProxy start(InetSocketAddress listen, InetSocketAddress target)
      throws IOException {
    ServerSocket listener = new ServerSocket();
    listener.setReuseAddress(true);
    try {
      listener.bind(listen, BACKLOG);
    } catch (IOException e) {
      listener.close();
      throw new IOException("cannot listen on " + listen + ": " + e.getMessage(), e);
    }
    FaultProxy proxy = new FaultProxy(listener, target);
    proxy.thread(proxy::accept).start();
    return proxy;
  }

  private static ScheduledExecutorService clock() {
    var clock =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "fault-proxy-clock");
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** Passes connections that come from now on to another place. */
  public void redirect(InetSocketAddress newTarget) {
    target.set(newTarget);
  }

  /** What it has done so far. */
  public ProxyStats stats() {
    return new ProxyStats(
        connections.get(), links.size(), cuts.get(), bytesUp.get(), bytesDown.get());
  }

  /** Says who hears of each cut, on the thread that makes it. */
  public void onCut(Runnable listener) {
    onCut = listener;
  }

  /** Resets every connection, now. */
  public void cut() {
    cuts.incrementAndGet();
    onCut.run();
    links.forEach(Link::reset);
  }

  /** Resets every connection once so many more bytes have gone through, in both directions. */
  public void cutAfter(long bytes) {
    bytesToCut.set(bytes);
  }

  /** Resets every connection after that time. */
  public void cutIn(Duration time) {
    schedule(clock.schedule(this::cut, time.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** Resets every connection each time that much time has passed. */
  public void cutEvery(Duration time) {
    schedule(
        clock.scheduleAtFixedRate(this::cut, time.toNanos(), time.toNanos(), TimeUnit.NANOSECONDS));
  }

  private void schedule(@Nullable Future<?> next) {
    Future<?> before = cutting.getAndSet(next);
    if (before != null) {
      before.cancel(false);
    }
  }

  /** Keeps bytes of one direction back, closing nothing; they flow again when it heals. */
  public void stall(Direction direction) {
    faults(direction).stall();
  }

  /**
   * Keeps everything back, both ways, and the end of a connection too: nobody learns of anything.
   */
  public void blackHole() {
    stall(Direction.UP);
    stall(Direction.DOWN);
  }

  /** Passes bytes of one direction on so much later. */
  public void delay(Direction direction, Duration time) {
    faults(direction).delay(time);
  }

  /** Passes at most so many bytes of one direction on in a second, over all connections. */
  public void limit(Direction direction, int bytesPerSecond) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("a rate of " + bytesPerSecond + " bytes/s passes nothing");
    }
    faults(direction).limit(bytesPerSecond);
  }

  /** Forgets the bytes of one direction. */
  public void drop(Direction direction) {
    faults(direction).drop();
  }

  /** Passes so many more bytes of one direction on, and then ends it in an orderly way. */
  public void truncateAfter(Direction direction, long bytes) {
    faults(direction).truncateAfter(bytes);
  }

  /** Resets connections as they come; those that are there stay. */
  public void refuse() {
    refusing.set(true);
  }

  /** Ends all faults. What was kept back flows; what was cut or forgotten stays lost. */
  public void heal() {
    schedule(null);
    bytesToCut.set(NO_CUT);
    refusing.set(false);
    up.heal();
    down.heal();
  }

  /** Ends every connection and listens no more. */
  @Override
  public void close() {
    clock.shutdownNow();
    try {
      listener.close();
    } catch (IOException e) {
      throw new IllegalStateException("cannot close " + listener, e);
    }
    links.forEach(Link::reset);
    threads.forEach(Thread::interrupt);
    long deadline = System.nanoTime() + CLOSE_BOUND.toNanos();
    for (Thread thread : threads) {
      join(thread, deadline - System.nanoTime());
    }
  }

  private static void join(Thread thread, long nanos) {
    try {
      TimeUnit.NANOSECONDS.timedJoin(thread, nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listener.accept();
        connections.incrementAndGet();
        thread(() -> connect(near)).start();
      }
    } catch (IOException e) {
      // Closed: that is how it ends.
    }
  }

  private void connect(Socket near) {
    Socket far = new Socket();
    Link link = new Link(this, near, far);
    links.add(link);
    try {
      if (refusing.get()) {
        link.reset();
        return;
      }
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      far.connect(target.get(), (int) CONNECT_TIMEOUT.toMillis());
      link.start();
    } catch (IOException e) {
      link.reset();
    }
    if (listener.isClosed()) {
      link.reset();
    }
  }

  LaneFaults faults(Direction direction) {
    return direction == Direction.UP ? up : down;
  }

  /** How many of so many bytes may go before the next cut; fewer mean that it is time for it. */
  int beforeCut(int bytes) {
    if (bytesToCut.get() == NO_CUT) {
      return bytes;
    }
    long before = bytesToCut.getAndUpdate(left -> left < bytes ? NO_CUT : left - bytes);
    return (int) Math.min(bytes, before);
  }

  void passed(Direction direction, int bytes) {
    (direction == Direction.UP ? bytesUp : bytesDown).addAndGet(bytes);
  }

  void ended(Link link) {
    links.remove(link);
  }

  /** A thread that ends with the proxy; not started yet. */
  Thread thread(Runnable task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } finally {
                threads.remove(Thread.currentThread());
              }
            },
            "fault-proxy-" + number.incrementAndGet());
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }
}
