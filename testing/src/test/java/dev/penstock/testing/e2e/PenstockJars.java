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

  private static List<String> command(
      String module, List<String> javaOptions, String... arguments) {
    Path jar =
        Path.of(System.getProperty("basedir", "."))
            .resolve(Path.of("..", module, "target", "penstock-" + module + ".jar"))
            .normalize();
    assumeTrue(Files.isRegularFile(jar), () -> jar + " is not built; ./mvnw package builds it");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(javaOptions);
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return command;
  }
}
