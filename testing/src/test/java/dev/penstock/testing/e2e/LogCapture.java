package dev.penstock.testing.e2e;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What one logger and those below it log in this process, from its opening to its closing, each
 * line with its level in front. Any thread logs; those who wait for a line are woken by each.
 */
final class LogCapture implements AutoCloseable {
  private final Logger logger;
  private final @Nullable Level before;

  @GuardedBy("this")
  private final List<String> lines = new ArrayList<>();

  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          add(event.getLevel() + " " + event.getFormattedMessage());
        }
      };

  private LogCapture(Logger logger, @Nullable Level level) {
    this.logger = logger;
    before = logger.getLevel();
    appender.start();
    if (level != null) {
      logger.setLevel(level);
    }
    logger.addAppender(appender);
  }

  /** At the level that the tests' configuration has. */
  static LogCapture of(String logger) {
    return new LogCapture((Logger) LoggerFactory.getLogger(logger), null);
  }

  /** From this level on, whatever the configuration says. */
  static LogCapture of(String logger, Level level) {
    return new LogCapture((Logger) LoggerFactory.getLogger(logger), level);
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll(); // whoever waits for a line looks whether it is this
  }

  /** Waits for a line in which all of these are found, and returns it. */
  synchronized String await(List<Pattern> parts) throws InterruptedException {
    long deadline = System.nanoTime() + Bounds.EVENT.toNanos();
    while (true) {
      for (String line : lines) {
        if (parts.stream().allMatch(part -> part.matcher(line).find())) {
          return line;
        }
      }
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leftMillis <= 0) {
        throw new AssertionError("no line with " + parts + " in " + lines);
      }
      wait(leftMillis);
    }
  }

  /** Waits for a line that has all of these phrases, and returns it. */
  String await(String... phrases) throws InterruptedException {
    return await(
        List.of(phrases).stream().map(each -> Pattern.compile(each, Pattern.LITERAL)).toList());
  }

  /** All lines so far. */
  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setLevel(before);
    appender.stop();
  }
}
