package dev.penstock.client.ops;

import dev.penstock.client.registry.RegistryReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Whether calls can be served: a tunnel has a connection, and each registry's last answer came. A
 * refusal is an answer: it proves the path.
 *
 * <p>A registry that was not heard of lately, or that is in trouble, is asked for {@code /v2/},
 * without credentials and without waiting: the answer counts the next time. The listener's thread.
 */
public final class ClientReadiness {
  /** What is older is asked for again. */
  private static final Duration GOOD_FOR = Duration.ofSeconds(30);

  /** However often people ask. */
  private static final Duration BETWEEN_PROBES = Duration.ofSeconds(2);

  private final Supplier<Optional<String>> notAttached;
  private final List<Probed> registries;

  /**
   * Asks each registry for the first time.
   *
   * @param notAttached why no tunnel has a connection; empty when one has
   */
  public ClientReadiness(Supplier<Optional<String>> notAttached, List<RegistryReader> registries) {
    this.notAttached = notAttached;
    this.registries = registries.stream().map(Probed::new).toList();
  }

  /** What is wrong, in sentences; empty when it is ready. */
  public List<String> reasons() {
    List<String> reasons = new ArrayList<>();
    notAttached.get().ifPresent(reasons::add);
    for (Probed registry : registries) {
      registry.trouble().ifPresent(reasons::add);
    }
    return reasons;
  }

  /** A registry, and when it was last asked for the sake of readiness alone. */
  private static final class Probed {
    private final RegistryReader registry;
    private long probedNanos = System.nanoTime();
    private CompletableFuture<?> probe;

    Probed(RegistryReader registry) {
      this.registry = registry;
      probe = registry.probe();
    }

    Optional<String> trouble() {
      Optional<String> trouble = registry.traffic().trouble();
      boolean isDue = trouble.isPresent() || registry.traffic().isOlderThan(GOOD_FOR);
      boolean isTimely = System.nanoTime() - probedNanos > BETWEEN_PROBES.toNanos();
      if (isDue && isTimely && probe.isDone()) {
        probedNanos = System.nanoTime();
        probe = registry.probe();
      }
      return trouble;
    }
  }
}
