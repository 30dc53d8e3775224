package dev.penstock.testing.registry;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The troubles of a registry; what a repository has of its own comes before what all have. */
final class TroubleBook {
  private final Troubles general = new Troubles();
  private final Map<String, Troubles> byRepository = new ConcurrentHashMap<>();

  Troubles general() {
    return general;
  }

  Troubles of(String repository) {
    return byRepository.computeIfAbsent(repository, name -> new Troubles());
  }

  /** Looks at those of the repository, and then at those of all. */
  <T> Optional<T> find(String repository, Function<Troubles, @Nullable T> wanted) {
    return Optional.ofNullable(byRepository.get(repository))
        .map(wanted)
        .or(() -> Optional.ofNullable(wanted.apply(general)));
  }
}
