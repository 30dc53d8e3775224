package dev.penstock.client.registry;

import dev.penstock.client.names.CallIds;
import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.http.Explanation;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells the customer's log when a registry stops answering, and when it answers again: one line for
 * each change, however many reads fail meanwhile. What callers are not told of a failure is there
 * too, when it is news, with the ids of the call that met it. Any thread.
 */
final class RegistryHealth {
  private static final Logger log = LoggerFactory.getLogger(RegistryHealth.class);

  private final RegistryEndpoint endpoint;

  /** What is wrong with it; null while nothing is. */
  private final AtomicReference<@Nullable Kind> trouble = new AtomicReference<>();

  /** What was told last of all that callers are not told. */
  private final AtomicReference<String> lastDetail = new AtomicReference<>("");

  RegistryHealth(RegistryEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * Learns how a read ended.
   *
   * @param call null: on nobody's behalf
   */
  void observe(@Nullable RegistryException failure, @Nullable CallIds call) {
    if (failure == null) {
      answered();
      return;
    }
    switch (failure.kind()) {
      case UNREACHABLE, FAILING, THROTTLED, DENIED -> {
        Level level = levelOf(failure);
        boolean isNews = trouble.getAndSet(failure.kind()) != failure.kind();
        tell(isNews ? Level.WARN : level, failure, call);
      }
      case NOT_FOUND -> answered(); // callers may ask for what is not there, as often as they like
      default -> {
        answered(); // whatever it is, it came from the registry
        tell(levelOf(failure), failure, call);
      }
    }
  }

  private Level levelOf(RegistryException failure) {
    String detail = Explanation.detail(failure);
    boolean isNews = !detail.isEmpty() && !detail.equals(lastDetail.getAndSet(detail));
    return isNews ? Level.INFO : Level.DEBUG;
  }

  private void tell(Level level, RegistryException failure, @Nullable CallIds call) {
    log.atLevel(level)
        .log(
            "registry '{}' at {}: {}{}",
            endpoint.name(),
            endpoint.uri(),
            Explanation.of(failure),
            CallIds.inLine(call));
  }

  private void answered() {
    if (trouble.getAndSet(null) != null) {
      log.info("registry '{}' at {} answers again", endpoint.name(), endpoint.uri());
    }
  }
}
