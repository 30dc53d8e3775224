package dev.penstock.testing.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** One direction of one connection: a reader, some chunks that wait for their time, a writer. */
final class Lane {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int MOST_CHUNKS = 64;

  private final Link link;
  private final Direction direction;
  private final LaneFaults faults;
  private final Socket from;
  private final Socket to;
  private final BlockingQueue<Chunk> waiting = new ArrayBlockingQueue<>(MOST_CHUNKS);

  /** Bytes on their way, or the end of the direction. */
  private static final class Chunk {
    private final byte[] bytes;
    private final int length;
    private final long dueNanos;

    Chunk(byte[] bytes, int length, long dueNanos) {
      this.bytes = bytes;
      this.length = length;
      this.dueNanos = dueNanos;
    }

    boolean isEnd() {
      return length < 0;
    }
  }

  Lane(Link link, Direction direction, LaneFaults faults, Socket from, Socket to) {
    this.link = link;
    this.direction = direction;
    this.faults = faults;
    this.from = from;
    this.to = to;
  }

  void read() throws IOException, InterruptedException {
    InputStream in = from.getInputStream();
    int length = 0;
    while (length >= 0) {
      byte[] bytes = new byte[CHUNK_BYTES];
      length = in.read(bytes);
      waiting.put(new Chunk(bytes, length, System.nanoTime() + faults.delay().toNanos()));
    }
  }

  void write() throws IOException, InterruptedException {
    OutputStream out = to.getOutputStream();
    Chunk next = take();
    while (!next.isEnd()) {
      if (!pass(next, out)) {
        break; // truncated: what still comes is read and forgotten
      }
      next = take();
    }
    to.shutdownOutput();
    while (!next.isEnd()) {
      next = waiting.take();
    }
    link.directionEnded();
  }

  private Chunk take() throws InterruptedException {
    Chunk next = waiting.take();
    long early = next.dueNanos - System.nanoTime();
    if (early > 0) {
      TimeUnit.NANOSECONDS.sleep(early); // this is what a delay is
    }
    faults.awaitGo();
    return next;
  }

  private boolean pass(Chunk chunk, OutputStream out) throws IOException, InterruptedException {
    if (faults.isDropping()) {
      return true;
    }
    int wanted = faults.beforeTruncation(chunk.length);
    int written = 0;
    while (written < wanted) {
      int portion = faults.portion(wanted - written);
      faults.awaitRoomFor(portion);
      faults.awaitGo();
      int allowed = link.beforeCut(portion);
      out.write(chunk.bytes, written, allowed);
      link.passed(direction, allowed);
      written += allowed;
      if (allowed < portion) {
        link.cutHere();
        return false;
      }
    }
    return wanted == chunk.length;
  }
}
