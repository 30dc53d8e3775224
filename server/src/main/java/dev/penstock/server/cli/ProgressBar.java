package dev.penstock.server.cli;

import dev.penstock.server.fetch.FetchProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A line on a terminal that shows how far a fetch is, drawn over itself a few times a second.
 *
 * <p>Drawn by the thread that writes the bytes, and ended by the one that waits for it after that.
 */
final class ProgressBar implements FetchProgress, AutoCloseable {
  /** When to draw. */
  enum When {
    auto,
    always,
    never
  }

  private static final int WIDTH = 40;
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private final PrintWriter err;
  private final boolean visible;
  private final long start = System.nanoTime();
  private volatile long drawn = start - REDRAW_NANOS;

  private ProgressBar(PrintWriter err, boolean visible) {
    this.err = err;
    this.visible = visible;
  }

  static ProgressBar on(PrintWriter err, When when) {
    return new ProgressBar(err, when == When.always || (when == When.auto && isTerminal()));
  }

  /**
   * Whether standard error is a terminal, as Linux tells it. The JDK 17 tells only whether input
   * and output both are; elsewhere a bar has to be asked for.
   */
  private static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  @Override
  public void onWritten(long bytes, long total) {
    long now = System.nanoTime();
    if (visible && (now - drawn >= REDRAW_NANOS || bytes == total)) {
      drawn = now;
      err.print(line(bytes, total, Duration.ofNanos(now - start)));
      err.flush();
    }
  }

  static String line(long bytes, long total, Duration elapsed) {
    double share = total == 0 ? 1 : (double) bytes / total;
    int full = (int) (share * WIDTH);
    double seconds = Math.max(elapsed.toNanos(), 1) / 1e9;
    return "\r[%s%s] %3d%% %,d of %,d MiB, %.1f MiB/s "
        .formatted(
            "#".repeat(full),
            " ".repeat(WIDTH - full),
            (int) (share * 100),
            bytes >> 20,
            total >> 20,
            bytes / seconds / (1 << 20));
  }

  @Override
  public void close() {
    if (visible) {
      err.println();
    }
  }
}
