package dev.penstock.server.relay;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registry's calls in progress, each looked at twice a second: one clock for all of them. */
final class ActiveCalls {
  private static final Logger log = LoggerFactory.getLogger(ActiveCalls.class);
  private static final Duration TICK = Duration.ofMillis(500);

  private final Set<RegistryCall> calls = ConcurrentHashMap.newKeySet();

  ActiveCalls(ScheduledExecutorService clock) {
    clock.scheduleWithFixedDelay(
        this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  void add(RegistryCall call) {
    calls.add(call);
  }

  void remove(RegistryCall call) {
    calls.remove(call);
  }

  private void tick() {
    for (RegistryCall call : calls) {
      try {
        call.checkProgress(System.nanoTime());
      } catch (RuntimeException e) {
        log.error("cannot check a call; the others go on", e);
      }
    }
  }
}
