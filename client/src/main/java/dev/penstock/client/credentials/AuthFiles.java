package dev.penstock.client.credentials;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which files to look into, in this order; the first that has credentials for a registry counts.
 *
 * @param mayBeAbsent whether a file that is not there is no error
 */
public record AuthFiles(List<Path> paths, boolean mayBeAbsent) {

  /** Copies the list. */
  public AuthFiles {
    paths = List.copyOf(paths);
  }

  /** This file and no other. */
  public static AuthFiles of(Path file) {
    return new AuthFiles(List.of(file.toAbsolutePath()), false);
  }

  /**
   * Where Podman, Skopeo and Docker look: {@code $REGISTRY_AUTH_FILE} and no other, if it is set;
   * else the files of containers-auth.json(5), but for the old {@code .dockercfg}.
   */
  public static AuthFiles search(Map<String, String> environment) {
    return path(environment, "REGISTRY_AUTH_FILE")
        .map(AuthFiles::of)
        .orElseGet(() -> new AuthFiles(defaults(environment), true));
  }

  /**
   * Whether one of the files has credentials for a registry, or names a helper that may; one that
   * cannot be read has none. Blocks for a look at the files; runs no helper.
   */
  public boolean mayHave(RegistryHost registry) {
    return paths.stream().anyMatch(path -> mayHave(path, registry));
  }

  private static boolean mayHave(Path path, RegistryHost registry) {
    try {
      return new WatchedAuthFile(path, true)
          .current()
          .filter(file -> file.mayHave(registry))
          .isPresent();
    } catch (CredentialsException e) {
      return false; // told of where the file is opened
    }
  }

  private static List<Path> defaults(Map<String, String> environment) {
    Optional<Path> home = path(environment, "HOME").or(() -> path(environment, "USERPROFILE"));
    return Stream.of(
            path(environment, "XDG_RUNTIME_DIR").map(AuthFiles::podman),
            path(environment, "XDG_CONFIG_HOME")
                .or(() -> home.map(directory -> directory.resolve(".config")))
                .map(AuthFiles::podman),
            path(environment, "DOCKER_CONFIG")
                .or(() -> home.map(directory -> directory.resolve(".docker")))
                .map(directory -> directory.resolve("config.json")))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Path podman(Path directory) {
    return directory.resolve("containers").resolve("auth.json");
  }

  private static Optional<Path> path(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable))
        .filter(Predicate.not(String::isBlank))
        .map(text -> Path.of(text).toAbsolutePath());
  }
}
