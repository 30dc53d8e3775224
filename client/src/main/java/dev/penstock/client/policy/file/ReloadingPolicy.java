package dev.penstock.client.policy.file;

import dev.penstock.client.watch.WatchedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy in force, which follows its file.
 *
 * <p>Has no thread: {@link #check} looks at the file, at most once a second however often it is
 * called, and takes over what is new there. Both a file put in place of the old one and one
 * rewritten in place are noticed. A file that is broken or gone leaves the last good policy in
 * force and logs one WARN line each time it changes; a good one logs one INFO line.
 *
 * <p>Any thread may call any method. {@link #current} never waits. Of several threads that check,
 * one does, and the others return at once. What is under way goes on under the verdict that it had.
 */
public final class ReloadingPolicy {
  private static final Logger log = LoggerFactory.getLogger(ReloadingPolicy.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Path file;
  private final WatchedFile watched;
  private final LongSupplier nanoClock;
  private final Consumer<PolicyDocument> onReload;
  private final AtomicBoolean isChecking = new AtomicBoolean();

  /** Volatile: replaced as a whole by who checks, read by every access. */
  private volatile PolicyDocument current;

  /** Who checks, alone, touches it. */
  private long lastLookNanos;

  private ReloadingPolicy(
      Path file, LongSupplier nanoClock, Clock clock, Consumer<PolicyDocument> onReload) {
    this.file = file;
    this.nanoClock = nanoClock;
    this.onReload = onReload;
    watched = new WatchedFile(file, clock, PolicyFile.MAX_BYTES);
    lastLookNanos = nanoClock.getAsLong();
    current = first();
  }

  /**
   * Reads the file for the first time.
   *
   * @param onReload told of each later document after it has come into force, by the thread that
   *     checks, one at a time and in order; not of the first
   * @throws IllegalArgumentException naming the file and what is wrong in it
   */
  public static ReloadingPolicy open(Path file, Consumer<PolicyDocument> onReload) {
    return open(file, System::nanoTime, Clock.systemUTC(), onReload);
  }

  static ReloadingPolicy open(
      Path file, LongSupplier nanoClock, Clock clock, Consumer<PolicyDocument> onReload) {
    return new ReloadingPolicy(file, nanoClock, clock, onReload);
  }

  private PolicyDocument first() {
    try {
      return PolicyFile.parse(file, watched.look().orElseThrow());
    } catch (IOException e) {
      throw new IllegalArgumentException(PolicyFile.unreadable(file, e), e);
    }
  }

  /** The one in force. */
  public PolicyDocument current() {
    return current;
  }

  /** Takes over what the file has become, unless it was looked at within the last second. */
  public void check() {
    if (!isChecking.compareAndSet(false, true)) {
      return;
    }
    try {
      long now = nanoClock.getAsLong();
      if (now - lastLookNanos >= LOOK_EVERY.toNanos()) {
        lastLookNanos = now;
        look();
      }
    } finally {
      isChecking.set(false);
    }
  }

  private void look() {
    try {
      news().ifPresent(this::takeOver);
    } catch (RuntimeException e) {
      // Not thrown on: it would end the timer that the next check comes from.
      log.error("policy file {}: a change could not be taken over", file, e);
    }
  }

  private Optional<PolicyDocument> news() {
    try {
      return watched.look().map(content -> PolicyFile.parse(file, content));
    } catch (IOException e) {
      return refused(PolicyFile.unreadable(file, e));
    } catch (IllegalArgumentException e) {
      return refused(String.valueOf(e.getMessage()));
    }
  }

  /** The reason names the file. */
  private static Optional<PolicyDocument> refused(String reason) {
    log.warn("policy not reloaded, the one read before stays in force: {}", reason);
    return Optional.empty();
  }

  private void takeOver(PolicyDocument document) {
    current = document;
    log.info("policy reloaded from {}: {}", file, document.summary());
    onReload.accept(document);
  }
}
