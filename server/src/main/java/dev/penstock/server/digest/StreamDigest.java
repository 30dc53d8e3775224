package dev.penstock.server.digest;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.registry.stream.BlobMessage;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of one stream of messages, computed behind the stream's back.
 *
 * <p>It reads the very buffers that are passed on, each under the reference of the message it was
 * given, and gives the reference back when the bytes are hashed or no longer wanted.
 *
 * <p>A slow reader of the blob means an idle digest. A slow digest means a growing backlog, and the
 * feeder must not ask for more messages while {@link #hasRoom()} is false; so the backlog stays
 * below the bound and one message. {@code onRoom} is called, on a thread of the pool, each time
 * there is room again.
 *
 * <p>{@link #finish} after the last message, or {@link #abandon} at any time: one of the two must
 * be called, or buffers stay with it.
 */
public final class StreamDigest {
  /** After so much of one stream, a thread turns to the next. */
  private static final long TURN_BYTES = 1 << 20;

  private final Executor executor;
  private final long maxBacklogBytes;
  private final LongConsumer onBacklogChange;
  private final Runnable onRoom;
  private final MessageDigest digest = Sha256.newDigest();

  @GuardedBy("this")
  private final Queue<BlobMessage> waiting = new ArrayDeque<>();

  @GuardedBy("this")
  private boolean running;

  @GuardedBy("this")
  private boolean abandoned;

  @GuardedBy("this")
  private @Nullable Consumer<String> onFinished;

  /** Bytes taken and not yet hashed; read without the lock to decide whether to ask for more. */
  private final AtomicLong backlogBytes = new AtomicLong();

  /**
   * An empty digest.
   *
   * @param maxBacklogBytes from how much on {@link #hasRoom()} is false
   * @param onBacklogChange told each change of the backlog, in bytes, plus or minus
   * @param onRoom called when the backlog falls below its bound
   */
  public StreamDigest(
      DigestPool pool, long maxBacklogBytes, LongConsumer onBacklogChange, Runnable onRoom) {
    this.executor = pool.executor();
    this.maxBacklogBytes = maxBacklogBytes;
    this.onBacklogChange = onBacklogChange;
    this.onRoom = onRoom;
  }

  /** Takes over a message whose data comes next; never blocks. */
  public void update(BlobMessage message) {
    boolean start;
    synchronized (this) {
      if (abandoned) {
        message.close();
        return;
      }
      waiting.add(message);
      addBacklog(message.dataBytes());
      start = !running;
      running = true;
    }
    if (start) {
      schedule();
    }
  }

  /** Whether more may be asked for. */
  public boolean hasRoom() {
    return backlogBytes.get() < maxBacklogBytes;
  }

  /** Has the hash of all data, in lower-case hexadecimal, passed on when it is there. */
  public void finish(Consumer<String> onFinished) {
    boolean start;
    synchronized (this) {
      if (abandoned) {
        return;
      }
      this.onFinished = onFinished;
      start = !running;
      running = true;
    }
    if (start) {
      schedule();
    }
  }

  /** Drops what is waiting; what was asked of {@link #finish} is not called any more. */
  public void abandon() {
    synchronized (this) {
      abandoned = true;
      onFinished = null;
      for (BlobMessage message = waiting.poll(); message != null; message = waiting.poll()) {
        addBacklog(-message.dataBytes());
        message.close();
      }
    }
  }

  private void schedule() {
    try {
      executor.execute(this::takeTurn);
    } catch (RejectedExecutionException e) {
      abandon();
    }
  }

  private void takeTurn() {
    long hashed = 0;
    for (BlobMessage next = next(); next != null; next = next()) {
      hashed += hash(next);
      if (hashed >= TURN_BYTES) {
        schedule();
        return;
      }
    }
  }

  /** The next message; without one, this turn is the last until more comes. */
  private @Nullable BlobMessage next() {
    Consumer<String> finished;
    synchronized (this) {
      BlobMessage message = waiting.poll();
      if (message != null) {
        return message;
      }
      running = false;
      finished = onFinished;
      onFinished = null;
    }
    if (finished != null) {
      finished.accept(HexFormat.of().formatHex(digest.digest()));
    }
    return null;
  }

  private int hash(BlobMessage message) {
    int size = message.dataBytes();
    try (message) {
      message.forEachBuffer(digest::update);
    }
    long left = addBacklog(-size);
    if (left < maxBacklogBytes && left + size >= maxBacklogBytes) {
      onRoom.run();
    }
    return size;
  }

  private long addBacklog(long bytes) {
    onBacklogChange.accept(bytes);
    return backlogBytes.addAndGet(bytes);
  }
}
