package dev.penstock.server.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** One connection passed on, until it swallows all bytes and stays open: a host that is gone. */
final class SilentWire implements AutoCloseable {
  private final ServerSocket entrance = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final Socket exit;
  private final Thread acceptor = new Thread(this::accept, "silent-wire");
  private volatile boolean silent;

  SilentWire(InetSocketAddress target) throws IOException {
    exit = new Socket(target.getAddress(), target.getPort());
    acceptor.start();
  }

  int port() {
    return entrance.getLocalPort();
  }

  /** From now on nothing passes, either way. */
  void fallSilent() {
    silent = true;
  }

  private void accept() {
    try (Socket near = entrance.accept()) {
      Thread back = new Thread(() -> pass(exit, near), "silent-wire-back");
      back.start();
      pass(near, exit);
      exit.close();
      back.join();
    } catch (IOException | InterruptedException e) {
      // The test is over.
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!silent) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      // Closed at one end: there is nothing more to pass.
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    exit.close();
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
