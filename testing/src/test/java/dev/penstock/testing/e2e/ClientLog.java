package dev.penstock.testing.e2e;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * What clients in this process log, from its opening to its closing. Any thread logs; those who
 * wait for a line are woken by each.
 */
final class ClientLog implements AutoCloseable {
  private static final Logger CLIENT = (Logger) LoggerFactory.getLogger("dev.penstock.client");

  @GuardedBy("this")
  private final List<String> lines = new ArrayList<>();

  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          add(event.getFormattedMessage());
        }
      };

  private ClientLog() {
    appender.start();
    CLIENT.addAppender(appender);
  }

  static ClientLog open() {
    return new ClientLog();
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll(); // whoever waits for a line looks whether it is this
  }

  /** Waits for a line that has all of these phrases, and returns it. */
  synchronized String await(String... phrases) throws InterruptedException {
    long deadline = System.nanoTime() + Bounds.EVENT.toNanos();
    while (true) {
      for (String line : lines) {
        if (List.of(phrases).stream().allMatch(line::contains)) {
          return line;
        }
      }
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leftMillis <= 0) {
        throw new AssertionError("no line with " + List.of(phrases) + " in " + lines);
      }
      wait(leftMillis);
    }
  }

  /** All lines so far. */
  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    CLIENT.detachAppender(appender);
    appender.stop();
  }
}
