package dev.penstock.tunnel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Passes TCP connections on to a target, and resets them all when the bytes for that are through.
 */
public final class CuttingRelay implements AutoCloseable {
  private final ServerSocket listener;
  // Written by the test, read by the thread that accepts.
  private volatile InetSocketAddress target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final AtomicLong bytesToCut = new AtomicLong(Long.MAX_VALUE);
  final AtomicInteger cuts = new AtomicInteger();

  public CuttingRelay(InetSocketAddress target) throws IOException {
    this.target = target;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** Passes connections that come from now on to another place. */
  public void redirect(InetSocketAddress newTarget) {
    target = newTarget;
  }

  /** Cuts once that many more bytes have gone through, in both directions together. */
  void cutAfter(long bytes) {
    bytesToCut.set(bytes);
  }

  private void start(Runnable task) {
    Thread thread = new Thread(task, "cutting-relay");
    threads.add(thread);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket down = listener.accept();
        Socket up = new Socket(target.getAddress(), target.getPort());
        sockets.add(down);
        sockets.add(up);
        start(() -> pump(down, up));
        start(() -> pump(up, down));
      }
    } catch (IOException e) {
      cut(); // closed
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[16 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        if (bytesToCut.addAndGet(-read) < 0) {
          bytesToCut.set(Long.MAX_VALUE);
          cuts.incrementAndGet();
          cut();
        }
      }
    } catch (IOException e) {
      // Cut; the other direction ends with it.
    } finally {
      threads.remove(Thread.currentThread());
    }
  }

  /** Resets all connections, now. */
  public void cut() {
    sockets.removeIf(
        socket -> {
          reset(socket);
          return true;
        });
  }

  private static void reset(Socket socket) {
    try (socket) {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
      }
    } catch (IOException e) {
      // The other thread was faster.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
    for (Thread thread : threads) {
      try {
        thread.join(TunnelFixture.PATIENCE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
