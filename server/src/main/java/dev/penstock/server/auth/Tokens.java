package dev.penstock.server.auth;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens in force: those of the file, which may change while the server runs.
 *
 * <p>A known token is answered from memory, and at most once a second a thread of this object looks
 * whether the file has changed; so a withdrawn token may be answered for a second more. An unknown
 * token makes the asking thread look at the file's date at once, and read it when it is new, so
 * that a token works as soon as it is created. A file that cannot be read leaves the last good
 * tokens in force and logs one line.
 */
public final class Tokens implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tokens.class);
  private static final long CHECK_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final Path file;
  private final ExecutorService checker = singleThread();
  private final AtomicLong lastCheckNanos = new AtomicLong(System.nanoTime());

  /** Volatile: replaced as a whole by whoever reloads, read by every call. */
  private volatile TokenSet current;

  @GuardedBy("this")
  private @Nullable FileStamp seen;

  private Tokens(Path file, FileStamp seen, TokenSet current) {
    this.file = file;
    this.seen = seen;
    this.current = current;
  }

  /**
   * Reads the file for the first time.
   *
   * @throws IOException when there is no readable file
   * @throws IllegalArgumentException with file and line, when a line is not well-formed
   */
  public static Tokens open(Path file) throws IOException {
    // The stamp is taken first: a change during the reading is then noticed later, not lost.
    FileStamp stamp = FileStamp.of(file);
    try {
      return new Tokens(file, stamp, TokenFile.read(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("tokens file " + file + ", " + e.getMessage(), e);
    }
  }

  /** The tunnel id that a client with this secret may attach under. */
  public Optional<String> tunnelOf(String secret) {
    return look(tokens -> tokens.tunnelOf(secret));
  }

  /** The caller that this secret belongs to. */
  public Optional<Caller> callerOf(String secret) {
    return look(tokens -> tokens.callerOf(secret));
  }

  private <T> Optional<T> look(Function<TokenSet, Optional<T>> question) {
    Optional<T> answer = question.apply(current);
    if (answer.isEmpty()) {
      reloadIfChanged();
      return question.apply(current);
    }
    checkNowAndThen();
    return answer;
  }

  private void checkNowAndThen() {
    long last = lastCheckNanos.get();
    long now = System.nanoTime();
    if (now - last >= CHECK_EVERY_NANOS && lastCheckNanos.compareAndSet(last, now)) {
      try {
        checker.execute(this::reloadIfChanged);
      } catch (RejectedExecutionException e) {
        log.debug("not looking at {}: closed", file);
      }
    }
  }

  /** Makes the file's present content the one in force, if it is new and good. */
  synchronized void reloadIfChanged() {
    FileStamp stamp;
    try {
      stamp = FileStamp.of(file);
    } catch (IOException e) {
      stamp = null;
    }
    if (stamp == null ? seen == null : stamp.equals(seen)) {
      return;
    }
    seen = stamp;
    try {
      current = TokenFile.read(file);
      log.info("tokens reloaded from {}: {}", file, current.summary());
    } catch (IOException | IllegalArgumentException e) {
      log.warn("tokens file {} not taken over, the old tokens stay in force: {}", file, reason(e));
    }
  }

  /** The reason without the content of a line, which could hold a secret put there by mistake. */
  private static String reason(Exception e) {
    return e instanceof IllegalArgumentException ? String.valueOf(e.getMessage()) : e.toString();
  }

  /** One thread, and a queue of one: a check that is due twice is done once. */
  private static ExecutorService singleThread() {
    var executor =
        new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(1),
            task -> {
              Thread thread = new Thread(task, "penstock-tokens");
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    return executor;
  }

  /** Ends the thread; lookups go on from memory. */
  @Override
  public void close() {
    checker.shutdownNow();
  }
}
