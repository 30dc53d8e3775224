package dev.penstock.client.doctor.line;

import dev.penstock.client.doctor.probe.Probe;
import dev.penstock.client.doctor.probe.ProbeException;
import dev.penstock.client.doctor.probe.ProbeSource;
import dev.penstock.client.doctor.visit.Waiting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds the largest message that comes back: first by doubling, then between the last that did and
 * the first that did not. A size counts as too large when it has ended, or silenced, two lines.
 *
 * <p>For one thread, which it blocks; it leaves no line open.
 */
final class MessageSearch implements AutoCloseable {
  private static final int LARGEST = 1 << 20;
  private static final int SECOND = 1 << 10;
  private static final int BULK_BYTES = 256 << 10;

  /** A slow line is none with a limit: twice the size may take this many times as long. */
  private static final int PATIENCE = 4;

  private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(3);

  private final ProbeSource source;
  private final Waiting waiting;
  private @Nullable Probe line;
  private Duration smallest = Duration.ZERO;
  private Duration last = Duration.ZERO;
  private String how = "";

  MessageSearch(ProbeSource source, Waiting waiting) {
    this.source = source;
    this.waiting = waiting;
  }

  /**
   * What was found.
   *
   * @param passed the largest that came back; 0: none
   * @param failed the smallest that did not; 0: none was found
   * @param how it failed
   * @param smallest how long a message of one byte took
   * @param largest how long the largest took that came back
   */
  record Result(int passed, int failed, String how, Duration smallest, Duration largest) {
    /** Whether the time was up before there was a limit or the largest message had come back. */
    boolean isOpen() {
      return failed == 0 && passed < LARGEST;
    }
  }

  Result run() throws ProbeException, InterruptedException {
    int passed = 0;
    for (int size = 1; size <= LARGEST; size = size == 1 ? SECOND : 2 * size) {
      if (!comesBack(size)) {
        if (waiting.isOver()) {
          return result(passed, 0);
        }
        return passed == 0 ? result(0, size) : between(passed, size);
      }
      passed = size;
    }
    return result(passed, 0);
  }

  /** Limits are often a power of two: then the next byte tells. Else by halves. */
  private Result between(int passed, int failed) throws ProbeException, InterruptedException {
    int low = passed;
    int high = failed;
    for (int size = low + 1; high - low > Math.max(1, passed / 64); size = (low + high) / 2) {
      String before = how;
      if (passesOnce(size)) {
        low = size;
      } else if (waiting.isOver()) {
        how = before;
        return result(low, high);
      } else {
        high = size;
      }
    }
    return result(low, high);
  }

  private Result result(int passed, int failed) {
    return new Result(passed, failed, how, smallest, last);
  }

  private boolean comesBack(int size) throws ProbeException, InterruptedException {
    return passesOnce(size) || (!waiting.isOver() && passesOnce(size));
  }

  private boolean passesOnce(int size) throws ProbeException, InterruptedException {
    Probe probe = line();
    try {
      Duration took = waiting.get(probe.echo(size, waiting.atMost(patience())), waiting.left());
      smallest = size == 1 ? took : smallest;
      last = took;
      return true;
    } catch (ProbeException e) {
      how =
          e.kind() == ProbeException.Kind.SILENT
              ? "it never came back"
              : String.valueOf(e.getMessage());
      close();
      return false;
    }
  }

  private Duration patience() {
    Duration slow = last.multipliedBy(PATIENCE);
    return slow.compareTo(SHORTEST_PATIENCE) > 0 ? slow : SHORTEST_PATIENCE;
  }

  private Probe line() throws ProbeException, InterruptedException {
    Probe open = line;
    if (open == null) {
      open = waiting.open(source);
      line = open;
    }
    return open;
  }

  /**
   * Whether many bytes pass where one did not come back: then something on the way waits until it
   * has a buffer full.
   */
  boolean passesInBulk() throws ProbeException, InterruptedException {
    Probe probe = line();
    try {
      return waiting
              .get(probe.down(BULK_BYTES, SECOND * 16, SHORTEST_PATIENCE), waiting.left())
              .bytes()
          > 0;
    } catch (ProbeException e) {
      return false;
    }
  }

  @Override
  public void close() {
    if (line != null) {
      line.close();
      line = null;
    }
  }
}
