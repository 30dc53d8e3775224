package dev.penstock.client.registry;

import dev.penstock.client.credentials.CredentialsException;
import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.auth.AccessRefusedException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the customer's log when a registry stops answering, and when it answers again: one line for
 * each change, however many reads fail meanwhile. Any thread.
 */
final class RegistryHealth {
  private static final Logger log = LoggerFactory.getLogger(RegistryHealth.class);

  private final RegistryEndpoint endpoint;

  /** What is wrong with it; null while nothing is. */
  private final AtomicReference<@Nullable Kind> trouble = new AtomicReference<>();

  RegistryHealth(RegistryEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** Learns how a read ended. */
  void observe(@Nullable Throwable failure) {
    if (failure == null) {
      answered();
    } else if (failure instanceof RegistryException known) {
      observe(known);
    }
  }

  private void observe(RegistryException failure) {
    switch (failure.kind()) {
      case UNREACHABLE, FAILING, THROTTLED, DENIED -> troubled(failure);
      default -> answered(); // whatever it is, it came from the registry
    }
  }

  private void troubled(RegistryException failure) {
    if (trouble.getAndSet(failure.kind()) != failure.kind()) {
      log.warn(
          "registry '{}' at {}: {}{}",
          endpoint.name(),
          endpoint.uri(),
          failure.getMessage(),
          rootOf(failure));
    }
  }

  private void answered() {
    if (trouble.getAndSet(null) != null) {
      log.info("registry '{}' at {} answers again", endpoint.name(), endpoint.uri());
    }
  }

  /** What the caller is not told: the customer's network is the customer's affair. */
  private static String rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    // What is ours says no more than the failure, which was made of it.
    boolean isOurs = root instanceof RegistryException || root instanceof AccessRefusedException;
    Object told = root instanceof CredentialsException ? root.getMessage() : root;
    return isOurs ? "" : " (" + told + ")";
  }
}
