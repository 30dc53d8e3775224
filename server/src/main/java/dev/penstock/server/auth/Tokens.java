package dev.penstock.server.auth;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens in force: those of the file, which may change while the server runs.
 *
 * <p>An answer rests on a look at the file's date and size that is at most a second old: when the
 * last one is older, the asking thread looks first, and reads the file when it is new. So a
 * withdrawn token is refused after a second. For an unknown token it looks in any case, so that a
 * token works as soon as it is created. A file that cannot be read leaves the last good tokens in
 * force and logs one line.
 */
public final class Tokens implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tokens.class);
  private static final Duration CHECK_EVERY = Duration.ofSeconds(1);

  private final Path file;
  private final LongSupplier nanoTime;

  /** Has no thread before {@link #watch}. */
  private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1, Tokens::daemon);

  /** Volatile: replaced as a whole by whoever reloads, read by every call. */
  private volatile TokenSet current;

  /** Volatile: written under the lock, read without it to see whether a check is due. */
  private volatile long lastCheckNanos;

  /** Volatile: set once, by whoever watches; run by whoever reloads. */
  private volatile Runnable onReload = () -> {};

  @GuardedBy("this")
  private @Nullable FileStamp seen;

  private Tokens(Path file, FileStamp seen, TokenSet current, LongSupplier nanoTime) {
    this.file = file;
    this.seen = seen;
    this.current = current;
    this.nanoTime = nanoTime;
    this.lastCheckNanos = nanoTime.getAsLong();
  }

  /**
   * Reads the file for the first time.
   *
   * @throws IOException when there is no readable file
   * @throws IllegalArgumentException with file and line, when a line is not well-formed
   */
  public static Tokens open(Path file) throws IOException {
    return open(file, System::nanoTime);
  }

  static Tokens open(Path file, LongSupplier nanoTime) throws IOException {
    // The stamp is taken first: a change during the reading is then noticed later, not lost.
    FileStamp stamp = FileStamp.of(file);
    try {
      return new Tokens(file, stamp, TokenFile.read(file), nanoTime);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("tokens file " + file + ", " + e.getMessage(), e);
    }
  }

  /**
   * From now on looks at the file each second, whether anybody asks or not.
   *
   * @param onReload called after other tokens have come into force, on the thread that noticed it,
   *     which may be an event loop; must not block
   */
  public void watch(Runnable onReload) {
    this.onReload = onReload;
    long millis = CHECK_EVERY.toMillis();
    var unused =
        timer.scheduleWithFixedDelay(this::checkOnTimer, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** The token that this secret belongs to, with the tunnel id that it is good for. */
  public Optional<TunnelToken> tunnelToken(String secret) {
    return look(tokens -> tokens.tunnelToken(secret));
  }

  /** The tunnel id that a client with this secret may attach under. */
  public Optional<String> tunnelOf(String secret) {
    return tunnelToken(secret).map(TunnelToken::tunnel);
  }

  /** The caller that this secret belongs to. */
  public Optional<Caller> callerOf(String secret) {
    return look(tokens -> tokens.callerOf(secret));
  }

  /** Whether the token is among those in force, without a look at the file. */
  public boolean isInForce(TunnelToken token) {
    return current.tunnels().contains(token);
  }

  private <T> Optional<T> look(Function<TokenSet, Optional<T>> question) {
    if (nanoTime.getAsLong() - lastCheckNanos >= CHECK_EVERY.toNanos()) {
      reloadIfChanged();
    }
    Optional<T> answer = question.apply(current);
    if (answer.isEmpty()) {
      reloadIfChanged();
      return question.apply(current);
    }
    return answer;
  }

  /** A failure is told and not thrown: it would end the timer. */
  private void checkOnTimer() {
    try {
      reloadIfChanged();
    } catch (RuntimeException e) {
      log.error("cannot look at tokens file {}", file, e);
    }
  }

  /** Makes the file's present content the one in force, if it is new and good. */
  void reloadIfChanged() {
    if (reload()) {
      onReload.run();
    }
  }

  private synchronized boolean reload() {
    lastCheckNanos = nanoTime.getAsLong();
    FileStamp stamp;
    try {
      stamp = FileStamp.of(file);
    } catch (IOException e) {
      stamp = null;
    }
    if (stamp == null ? seen == null : stamp.equals(seen)) {
      return false;
    }
    seen = stamp;
    try {
      current = TokenFile.read(file);
      log.info("tokens reloaded from {}: {}", file, current.summary());
      return true;
    } catch (IOException | IllegalArgumentException e) {
      log.warn("tokens file {} not taken over, the old tokens stay in force: {}", file, reason(e));
      return false;
    }
  }

  /** The message of a bad line names its number and a rule; it never quotes. */
  private static String reason(Exception e) {
    return e instanceof IllegalArgumentException ? String.valueOf(e.getMessage()) : e.toString();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "penstock-tokens");
    thread.setDaemon(true);
    return thread;
  }

  /** Ends the thread; lookups go on. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
