package dev.penstock.client.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line for each access, and says when it cannot: whoever lets accesses through asks
 * {@link #trouble} first, so that nothing leaves without a trace.
 *
 * <p>Lines that cannot be written are kept and tried again each second. Those of accesses that were
 * let through before the trouble showed fit into a queue of bounded length; should they not, the
 * log of the process says how many were lost.
 *
 * <p>Any thread may record. {@link #close} writes what is left.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AuditLog.class);
  private static final int MAX_QUEUED_LINES = 16 * 1024;

  /** Above this no access is let through, so that those under way have room for their lines. */
  private static final int FULL_LINES = MAX_QUEUED_LINES / 2;

  private static final int MAX_BATCH_LINES = 512;
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

  private final AuditSink sink;
  private final String name;

  /** The empty one is the last. */
  private final BlockingQueue<Optional<AuditRecord>> queue =
      new ArrayBlockingQueue<>(MAX_QUEUED_LINES);

  private final Thread writer = new Thread(this::write, "penstock-audit");

  /** Why the last attempt failed. */
  private volatile @Nullable String failure;

  AuditLog(AuditSink sink, String name) {
    this.sink = sink;
    this.name = name;
    writer.setDaemon(true);
    writer.start();
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
    AuditSink sink = AuditSink.file(file);
    try {
      sink.append("");
    } catch (IOException e) {
      throw new IOException("audit-file %s cannot be written: %s".formatted(file, e), e);
    }
    return new AuditLog(sink, file.toString());
  }

  /** Prints to standard output. */
  public static AuditLog toStandardOutput() {
    return new AuditLog(AuditSink.stream(System.out), "standard output");
  }

  /** Takes the record of an access that has ended. */
  public void record(AuditRecord access) {
    if (!queue.offer(Optional.of(access))) {
      log.error("the audit log {} is full; lost: {}", name, AuditLine.of(access).strip());
    }
  }

  /** Why no line can be written now; empty: they can. */
  public Optional<String> trouble() {
    return failure == null && queue.size() < FULL_LINES
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
      log.error("the audit log {} ends with {} lines unwritten", name, batch.size() + queue.size());
    }
  }

  /** Until it works. A part that was written is written again: rather twice than not at all. */
  private void append(List<Optional<AuditRecord>> batch) throws InterruptedException {
    StringBuilder lines = new StringBuilder();
    batch.forEach(each -> each.map(AuditLine::of).ifPresent(lines::append));
    while (!isAppended(lines.toString())) {
      TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
    }
  }

  private boolean isAppended(String lines) {
    try {
      sink.append(lines);
      if (failure != null) {
        log.info("the audit log {} is written again", name);
      }
      failure = null;
      return true;
    } catch (IOException e) {
      if (failure == null) {
        log.error(
            "the audit log {} cannot be written, and until it can, nobody reads: {}",
            name,
            e.toString());
      }
      failure = e.toString();
      return false;
    }
  }

  /** Writes what was recorded before, within bounds. */
  @Override
  public void close() {
    try {
      if (queue.offer(Optional.empty(), CLOSE_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
        writer.join(CLOSE_BOUND.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writer.interrupt(); // if it has not come to an end, it tells how much is unwritten
  }
}
