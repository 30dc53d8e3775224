package dev.penstock.client.limits;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps reads from registries within their bytes per second, of each registry and of all together.
 * Nobody waits in here: who may not read yet is told when to ask again.
 *
 * <p>The algorithm is a token bucket with a line before it, one for each registry and one for all.
 * A bucket fills at its rate and holds a tenth of a second of it, so that a transfer that is a
 * little late loses nothing, and one that begins does so at once. A transfer reads by its {@link
 * Pace}: for each read it stands in both lines, and may read when its turn has come in both. The
 * first of a line goes as soon as its bucket owes nothing, and takes the bytes of a whole read out
 * of it, be it into debt; so a bucket smaller than a read works too. What a read brings less, or
 * more, than was taken for it, is put right when it has come.
 *
 * <p>Thus within any time no more is read than the rate times the time, a tenth of a second of the
 * rate, and one read of each transfer, whose turn may have come before and been kept. A transfer
 * stands in line for one read at a time, so all that want to read take turns, and none gets more by
 * asking more often; reads of one size get equal shares. An answer that is read whole, such as a
 * manifest, is paid for in such reads before it leaves. Who waits in one line keeps nobody waiting
 * in the other.
 *
 * <p>Rates may change at any time. Waits told under the old rates are at most a second long, after
 * which the new ones count for all.
 *
 * <p>Any thread may call any method; the lock is held for as many steps as transfers wait.
 */
public final class RateLimit {
  private static final long MIN_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanoClock;

  @GuardedBy("this")
  private Limits limits;

  @GuardedBy("this")
  private final Bucket total = new Bucket();

  /** By name; as many as there are registries in the configuration. */
  @GuardedBy("this")
  private final Map<String, Bucket> registries = new HashMap<>();

  /** At these rates. */
  public RateLimit(Limits limits, LongSupplier nanoClock) {
    this.limits = limits;
    this.nanoClock = nanoClock;
    total.change(limits.total().bytesPerSecond(), nanoClock.getAsLong());
  }

  /** From now on these limits are in force, for transfers under way too. */
  public synchronized void change(Limits others) {
    limits = others;
    long now = nanoNow();
    total.change(others.total().bytesPerSecond(), now);
    registries.forEach((name, bucket) -> bucket.change(others.of(name).bytesPerSecond(), now));
  }

  /**
   * The pace of one transfer, which closes it when it ends.
   *
   * @param registry the name of one that exists
   * @param readBytes the most that one of its reads brings
   */
  public synchronized Pace pace(String registry, int readBytes) {
    return new Pace(this, total, bucket(registry), readBytes);
  }

  @GuardedBy("this")
  private Bucket bucket(String registry) {
    return registries.computeIfAbsent(registry, this::newBucket);
  }

  @GuardedBy("this")
  private Bucket newBucket(String registry) {
    Bucket bucket = new Bucket();
    bucket.change(limits.of(registry).bytesPerSecond(), nanoNow());
    return bucket;
  }

  /** Asked for under the lock, so that time does not run backwards for a bucket. */
  @GuardedBy("this")
  long nanoNow() {
    return nanoClock.getAsLong();
  }

  /** Long enough to be worth a timer, short enough to learn of other limits. */
  static long toldNanos(long nanos) {
    return nanos == 0 ? 0 : Math.min(Math.max(nanos, MIN_WAIT_NANOS), MAX_WAIT_NANOS);
  }
}
