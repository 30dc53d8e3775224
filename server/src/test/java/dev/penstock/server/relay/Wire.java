package dev.penstock.server.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP connection through a place where it can be cut, without a word to either end. */
final class Wire {
  private final ServerSocket entrance;
  private final SocketAddress exit;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  Wire(SocketAddress exit) throws IOException {
    this.exit = exit;
    entrance = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    start(this::connect);
  }

  SocketAddress entrance() {
    return new InetSocketAddress(entrance.getInetAddress(), entrance.getLocalPort());
  }

  /** Resets what is connected, and takes nothing more; a second time does nothing. */
  void cut() throws IOException {
    entrance.close();
    for (Socket socket : sockets) {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
        socket.close();
      }
    }
  }

  private void connect() throws IOException {
    Socket near = entrance.accept();
    Socket far = new Socket();
    sockets.addAll(List.of(near, far));
    far.connect(exit);
    // Else each small message waits for the other end's delayed acknowledgement.
    near.setTcpNoDelay(true);
    far.setTcpNoDelay(true);
    start(() -> near.getInputStream().transferTo(far.getOutputStream()));
    start(() -> far.getInputStream().transferTo(near.getOutputStream()));
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void start(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                return; // cut: that is what it is for
              }
            },
            "wire");
    thread.setDaemon(true);
    thread.start();
  }
}
