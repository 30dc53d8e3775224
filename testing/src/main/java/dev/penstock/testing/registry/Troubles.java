package dev.penstock.testing.registry;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong at a registry, in one of its repositories or in all of them. It may be set while
 * the registry serves, by any thread, and holds for requests from then on.
 */
public final class Troubles {
  private final AtomicReference<@Nullable Refusals> refusals = new AtomicReference<>();
  private volatile @Nullable Fault fault;
  private volatile @Nullable TokenLife tokenLife;
  private volatile @Nullable Duration urlLife;

  /** Refusals that are still due. */
  private record Refusals(AtomicInteger left, Refusal how) {}

  /**
   * How long a token is taken.
   *
   * @param cutsBodies whether its end also ends the bodies that it opened
   */
  record TokenLife(Duration lifetime, boolean cutsBodies) {}

  Troubles() {}

  /** Answers so many requests so, whatever they are for; tokens and the store are left alone. */
  public void refuseNext(int requests, Refusal how) {
    refusals.set(new Refusals(new AtomicInteger(requests), how));
  }

  /** How many refusals are still due. */
  public int refusalsLeft() {
    Refusals due = refusals.get();
    return due == null ? 0 : Math.max(0, due.left.get());
  }

  /** Serves every blob so; a fault of its own digest comes first. */
  public void breakBlobs(Fault how) {
    fault = how;
  }

  /** Takes tokens, sold from now on, for so long, whatever their buyers are told. */
  public void expireTokensAfter(Duration lifetime) {
    tokenLife = new TokenLife(lifetime, false);
  }

  /**
   * As {@link #expireTokensAfter}; with its token, a body ends too, by a close of its connection.
   */
  public void expireTokensAndCutAfter(Duration lifetime) {
    tokenLife = new TokenLife(lifetime, true);
  }

  /** Signs the URLs that redirects lead to, from now on, for so long. */
  public void expireUrlsAfter(Duration lifetime) {
    urlLife = lifetime;
  }

  /** Ends all of it. */
  public void end() {
    refusals.set(null);
    fault = null;
    tokenLife = null;
    urlLife = null;
  }

  /** The next refusal, which is no longer due then; null when none is. */
  @Nullable Refusal takeRefusal() {
    Refusals due = refusals.get();
    return due != null && due.left.getAndDecrement() > 0 ? due.how : null;
  }

  @Nullable Fault fault() {
    return fault;
  }

  @Nullable TokenLife tokenLife() {
    return tokenLife;
  }

  @Nullable Duration urlLife() {
    return urlLife;
  }
}
