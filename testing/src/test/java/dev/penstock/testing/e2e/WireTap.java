package dev.penstock.testing.e2e;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes TCP connections on and keeps every byte of them, of each direction by itself. Threads: one
 * that accepts, and two for each connection, which end with it.
 */
final class WireTap implements AutoCloseable {
  private final ServerSocket listener;
  private final InetSocketAddress target;

  @GuardedBy("this")
  private final List<Line> lines = new ArrayList<>();

  @GuardedBy("this")
  private final List<Socket> sockets = new ArrayList<>();

  /**
   * One connection so far.
   *
   * @param up from who connected
   * @param down to it
   */
  record Line(ByteArrayOutputStream up, ByteArrayOutputStream down) {}

  private WireTap(ServerSocket listener, InetSocketAddress target) {
    this.listener = listener;
    this.target = target;
    start("wire-tap", this::accept);
  }

  static WireTap start(InetSocketAddress target) throws IOException {
    return new WireTap(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** All connections so far. */
  synchronized List<Line> lines() {
    return List.copyOf(lines);
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listener.accept();
        Socket far = new Socket(target.getAddress(), target.getPort());
        Line line = new Line(new ByteArrayOutputStream(), new ByteArrayOutputStream());
        synchronized (this) {
          lines.add(line);
          sockets.addAll(List.of(near, far));
        }
        start("wire-tap-up", () -> pass(near, far, line.up()));
        start("wire-tap-down", () -> pass(far, near, line.down()));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private static void pass(Socket from, Socket to, ByteArrayOutputStream kept) {
    byte[] buffer = new byte[1 << 16];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        kept.write(buffer, 0, read);
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // One of the two is gone; closing both tells the other.
    }
  }

  @Override
  public synchronized void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
