package dev.penstock.client.limits;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Counts the transfers under way, of each registry and in total, and lets no more begin than the
 * limits say. Nobody waits: one transfer too many is refused, and its caller decides when to ask
 * again.
 *
 * <p>Limits may change at any time. Lowering them ends nothing: transfers go on, and none begins
 * until there are fewer than the new limit.
 */
public final class TransferLimits {
  private static final String ADVICE = "retry when one has ended";

  @GuardedBy("this")
  private Limits limits;

  @GuardedBy("this")
  private int total;

  /** Has an entry while the registry has a transfer. */
  @GuardedBy("this")
  private final Map<String, Integer> underWay = new HashMap<>();

  /** With these limits, and nothing under way. */
  public TransferLimits(Limits limits) {
    this.limits = limits;
  }

  /** From now on these limits are in force. */
  public synchronized void change(Limits others) {
    limits = others;
  }

  /**
   * Asks to begin a transfer.
   *
   * @param registry its name
   * @return a {@link TransferPermit}, which the transfer closes when it ends however it ends, or
   *     {@link TransferGrant.Full}
   */
  public synchronized TransferGrant tryAcquire(String registry) {
    int ofRegistry = underWay(registry);
    OptionalInt most = limits.of(registry).transfers();
    if (most.isPresent() && ofRegistry >= most.getAsInt()) {
      return full("registry '" + registry + "' has", ofRegistry, most.getAsInt());
    }
    OptionalInt mostInTotal = limits.total().transfers();
    if (mostInTotal.isPresent() && total >= mostInTotal.getAsInt()) {
      return full("the registries of this client have", total, mostInTotal.getAsInt());
    }
    total++;
    underWay.put(registry, ofRegistry + 1);
    return new TransferPermit(this, registry);
  }

  /** Transfers of all registries, now. */
  public synchronized int underWay() {
    return total;
  }

  /** Transfers of one registry, now. */
  public synchronized int underWay(String registry) {
    return underWay.getOrDefault(registry, 0);
  }

  synchronized void release(String registry) {
    total--;
    underWay.computeIfPresent(registry, (name, count) -> count == 1 ? null : count - 1);
  }

  private static TransferGrant full(String who, int underWay, int most) {
    return new TransferGrant.Full(
        "%s %d transfers under way, and the customer allows %d at once; %s"
            .formatted(who, underWay, most, ADVICE));
  }
}
