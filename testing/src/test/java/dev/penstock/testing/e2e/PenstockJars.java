package dev.penstock.testing.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The executables, as the build left them, and the command lines that the documentation gives. */
final class PenstockJars {
  private PenstockJars() {}

  /** {@code java [options] -jar penstock-server.jar …}; skips the test if the jar is not built. */
  static List<String> server(List<String> javaOptions, String... arguments) {
    return command("server", javaOptions, arguments);
  }

  /** The same for {@code penstock-client.jar}. */
  static List<String> client(List<String> javaOptions, String... arguments) {
    return command("client", javaOptions, arguments);
  }

  /** The client's start script, beside its jar; skips the test if either is not built. */
  static Path clientScript() {
    built("client", "penstock-client.jar");
    return built("client", "penstock-client");
  }

  private static List<String> command(
      String module, List<String> javaOptions, String... arguments) {
    Path jar = built(module, "penstock-" + module + ".jar");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(javaOptions);
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  private static Path built(String module, String name) {
    Path file =
        Path.of(System.getProperty("basedir", "."))
            .resolve(Path.of("..", module, "target", name))
            .toAbsolutePath()
            .normalize();
    assumeTrue(Files.isRegularFile(file), () -> file + " is not built; ./mvnw package builds it");
    return file;
  }
}
