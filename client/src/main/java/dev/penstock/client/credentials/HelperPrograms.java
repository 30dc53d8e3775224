package dev.penstock.client.credentials;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The helpers that are installed: programs on the PATH of an environment. */
final class HelperPrograms {
  /** What is ours is no helper's business, least of all the token. */
  private static final String OURS = "PENSTOCK_";

  private static final List<String> SUFFIXES =
      File.separatorChar == '\\' ? List.of(".exe", ".cmd", ".bat") : List.of("");

  private final Map<String, String> environment;

  HelperPrograms(Map<String, String> environment) {
    Map<String, String> theirs = new TreeMap<>(environment);
    theirs.keySet().removeIf(name -> name.startsWith(OURS));
    this.environment = Map.copyOf(theirs);
  }

  /** Starts a helper with {@code get} and nothing else on its command line. */
  Process start(HelperRequest request) throws CredentialsException {
    Path program = find(request);
    ProcessBuilder builder = new ProcessBuilder(program.toString(), "get");
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new CredentialsException(
          "%s cannot be started (%s)"
              .formatted(program, CredentialsException.printable(String.valueOf(e.getMessage()))));
    }
  }

  private Path find(HelperRequest request) throws CredentialsException {
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(searchPath())
        .flatMap(directory -> in(directory, request.program()))
        .filter(program -> Files.isRegularFile(program) && Files.isExecutable(program))
        .findFirst()
        .orElseThrow(
            () ->
                new CredentialsException(
                    "%s, which is to know the credentials for '%s', is not on the PATH of"
                            .formatted(request.program(), request.server())
                        + " penstock-client; install it, or correct the file that names it"));
  }

  /** Windows writes it in its own way. */
  private String searchPath() {
    return environment.getOrDefault("PATH", environment.getOrDefault("Path", ""));
  }

  /** Relative directories are left out: they would make it matter where the client was started. */
  private static Stream<Path> in(String directory, String program) {
    try {
      return Optional.of(Path.of(directory)).filter(Path::isAbsolute).stream()
          .flatMap(path -> SUFFIXES.stream().map(suffix -> path.resolve(program + suffix)));
    } catch (InvalidPathException e) {
      return Stream.empty();
    }
  }
}
