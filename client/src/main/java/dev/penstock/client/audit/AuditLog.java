package dev.penstock.client.audit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line for each access, and says when it cannot: whoever lets accesses through asks
 * {@link #trouble} first, so that nothing leaves without a trace.
 *
 * <p>Lines that cannot be written are kept and tried again each second. Those of accesses that were
 * let through before the trouble showed fit into a queue of bounded length; should they not, the
 * log of the process has them.
 *
 * <p>Any thread may record; nobody waits for the disk. {@link #close} writes what is left.
 */
public final class AuditLog implements AutoCloseable {
  static final int MAX_QUEUED_LINES = 16 * 1024;

  /** From here on no access is let through, so that those under way have room for their lines. */
  static final int FULL_LINES = MAX_QUEUED_LINES / 2;

  private static final Logger log = LoggerFactory.getLogger(AuditLog.class);
  private static final int MAX_BATCH_LINES = 512;
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

  private final AuditSink sink;
  private final String name;
  private final Duration retry;
  private final Duration closeBound;

  /** The empty one is the last, and has a place of its own. */
  private final BlockingQueue<Optional<AuditRecord>> queue =
      new ArrayBlockingQueue<>(MAX_QUEUED_LINES + 1);

  private final Thread writer = new Thread(this::write, "penstock-audit");

  /** Whether the last attempt failed. Written by the writer alone. */
  private volatile boolean isFailing;

  @GuardedBy("this")
  private boolean isClosed;

  /**
   * One that begins to write.
   *
   * @param retry from an attempt that failed to the next
   * @param closeBound how long closing waits for what is left to be written
   */
  AuditLog(AuditSink sink, String name, Duration retry, Duration closeBound) {
    this.sink = sink;
    this.name = name;
    this.retry = retry;
    this.closeBound = closeBound;
    writer.setDaemon(true);
    writer.start();
  }

  private AuditLog(AuditSink sink, String name) {
    this(sink, name, RETRY, CLOSE_BOUND);
  }

  /** One that writes nothing and has no trouble. */
  public static AuditLog none() {
    return new AuditLog(lines -> {}, "none");
  }

  /**
   * Appends to a file; tries it at once.
   *
   * @throws IOException naming the file, when it cannot be written
   */
  public static AuditLog toFile(Path file) throws IOException {
    AuditSink sink = new AuditFile(file);
    try {
      sink.append(ByteBuffer.allocate(0));
    } catch (IOException e) {
      throw new IOException("audit-file %s cannot be written: %s".formatted(file, e), e);
    }
    return new AuditLog(sink, file.toString());
  }

  /** Prints to standard output; not by System.out, which once it has failed always has. */
  public static AuditLog toStandardOutput() {
    WritableByteChannel stream = new FileOutputStream(FileDescriptor.out).getChannel();
    return new AuditLog(AuditSink.stream(stream), "standard output");
  }

  /** Takes the record of an access that has ended. */
  public void record(AuditRecord access) {
    if (!isTaken(access)) {
      log.error("the audit log {} is full or closed; lost: {}", name, AuditLine.of(access).strip());
    }
  }

  /** Under the lock, so that none comes behind the last. */
  private synchronized boolean isTaken(AuditRecord access) {
    return !isClosed && queue.size() < MAX_QUEUED_LINES && queue.offer(Optional.of(access));
  }

  /** Why no line can be written now; empty: they can. */
  public Optional<String> trouble() {
    return !isFailing && queue.size() < FULL_LINES && writer.isAlive()
        ? Optional.empty()
        : Optional.of("the client's audit log cannot be written");
  }

  private void write() {
    List<Optional<AuditRecord>> batch = new ArrayList<>();
    try {
      do {
        batch.clear();
        batch.add(queue.take());
        queue.drainTo(batch, MAX_BATCH_LINES - 1);
        append(batch);
      } while (!batch.contains(Optional.<AuditRecord>empty()));
    } catch (InterruptedException e) {
      queue.drainTo(batch);
      long lines = batch.stream().filter(Optional::isPresent).count();
      log.error("the audit log {} ends, and up to {} lines are not written", name, lines);
    }
  }

  /** Until it works. */
  private void append(List<Optional<AuditRecord>> batch) throws InterruptedException {
    StringBuilder text = new StringBuilder();
    batch.forEach(each -> each.map(AuditLine::of).ifPresent(text::append));
    ByteBuffer lines = StandardCharsets.US_ASCII.encode(text.toString());
    boolean isDone = !lines.hasRemaining(); // not asked in between: it may fail after the last byte
    while (!isDone && !isAppended(lines)) {
      TimeUnit.NANOSECONDS.sleep(retry.toNanos());
    }
  }

  private boolean isAppended(ByteBuffer lines) {
    try {
      sink.append(lines);
      if (isFailing) {
        log.info("the audit log {} is written again", name);
      }
      isFailing = false;
      return true;
    } catch (IOException | RuntimeException e) { // the latter is a defect; it must not end this
      if (!isFailing) {
        log.error(
            "the audit log {} cannot be written, and until it can, nobody reads: {}",
            name,
            e.toString());
      }
      isFailing = true;
      return false;
    }
  }

  /** Writes what was recorded before, within bounds. Idempotent. */
  @Override
  public void close() {
    last();
    boolean wasInterrupted = Thread.interrupted(); // whoever is in a hurry still wants his lines
    try {
      writer.join(Math.max(1, closeBound.toMillis()));
    } catch (InterruptedException e) {
      wasInterrupted = true;
    }
    writer.interrupt(); // if it has not come to an end, it tells how much is unwritten
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void last() {
    if (!isClosed) {
      isClosed = true;
      queue.add(Optional.empty());
    }
  }
}
