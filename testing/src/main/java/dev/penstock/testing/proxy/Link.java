package dev.penstock.testing.proxy;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection through the proxy: two sockets, two lanes. */
final class Link {
  private final FaultProxy proxy;
  private final Socket near;
  private final Socket far;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final AtomicInteger endedDirections = new AtomicInteger();

  Link(FaultProxy proxy, Socket near, Socket far) {
    this.proxy = proxy;
    this.near = near;
    this.far = far;
  }

  void start() {
    Lane up = new Lane(this, Direction.UP, proxy.faults(Direction.UP), near, far);
    Lane down = new Lane(this, Direction.DOWN, proxy.faults(Direction.DOWN), far, near);
    for (Lane lane : List.of(up, down)) {
      threads.add(proxy.thread(() -> run(lane::read)));
      threads.add(proxy.thread(() -> run(lane::write)));
    }
    // All are known before one runs: the first may find a reset, and has to end the others.
    threads.forEach(Thread::start);
  }

  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  private void run(Task task) {
    try {
      task.run();
    } catch (IOException e) {
      passResetOn();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the link was cut, or the proxy closed
    }
  }

  /** One end has reset the connection: the other learns of it once nothing is kept back. */
  private void passResetOn() {
    try {
      proxy.faults(Direction.UP).awaitGo();
      proxy.faults(Direction.DOWN).awaitGo();
      reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it was cut meanwhile
    }
  }

  int beforeCut(int bytes) {
    return proxy.beforeCut(bytes);
  }

  void cutHere() {
    proxy.cut();
  }

  void passed(Direction direction, int bytes) {
    proxy.passed(direction, bytes);
  }

  void directionEnded() {
    if (endedDirections.incrementAndGet() == 2) {
      close(near);
      close(far);
      proxy.ended(this);
    }
  }

  /** Ends both connections with a reset. */
  void reset() {
    for (Socket socket : new Socket[] {near, far}) {
      try {
        socket.setSoLinger(true, 0);
      } catch (IOException e) {
        // It is closed already.
      }
      close(socket);
    }
    // Those that wait for their turn would not notice.
    threads.stream().filter(thread -> thread != Thread.currentThread()).forEach(Thread::interrupt);
    proxy.ended(this);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // There is nothing more to be done for it.
    }
  }
}
