package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.peers.PeerProcess;
import dev.penstock.testing.registry.EmbeddedRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The client as its start script starts it. */
@EnabledOnOs(OS.LINUX)
class StartScriptTest {
  private static final long LARGEST_IDLE_KIB = 100_000_000 / 1024;

  @TempDir Path directory;

  @Test
  void client_idlesBelow100MegabytesAndServes() throws Exception {
    Blob blob = Blob.generated(71, 5_000_000);
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        PenstockProcesses penstock = PenstockProcesses.startServer(directory, List.of())) {
      registry.add(Names.REPOSITORY, blob);
      PeerProcess client = penstock.startClientByScript(registry.url());
      assertThat(Eventually.holds(() -> residentKib(client.pid()) < LARGEST_IDLE_KIB))
          .as(() -> "it still has %d KiB resident".formatted(residentKib(client.pid())))
          .isTrue();
      ShortCommand fetched =
          penstock.fetch(Names.REPOSITORY + "@" + blob.digest(), Bounds.TRANSFER);
      assertThat(fetched.outputDigest()).as(fetched.error()).isEqualTo(blob.digest());
    }
  }

  @Test
  void script_runsTheJarBesideItWhereverItIsCalledFrom() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), PenstockJars.clientScript());
    ShortCommand help =
        ShortCommand.run(List.of("sh", link.toString(), "--help"), directory, Bounds.PROCESS);
    assertThat(help.exitCode()).as(help.error()).isZero();
    assertThat(help.output()).contains("penstock-client");
  }

  @Test
  void script_withoutItsJarSaysWhereThatBelongs() throws Exception {
    Path alone = Files.copy(PenstockJars.clientScript(), directory.resolve("penstock-client"));
    ShortCommand failed =
        ShortCommand.run(List.of("sh", alone.toString(), "--help"), directory, Bounds.PROCESS);
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.error())
        .contains("penstock-client.jar; put the jar beside this script")
        .hasLineCount(1);
  }

  @Test
  void script_takesJavaAndItsOptionsFromTheEnvironment() throws Exception {
    String script = PenstockJars.clientScript().toString();
    List<String> options =
        List.of("env", "JAVA_OPTS=-XX:-UseSerialGC -XX:+UseG1GC -version", "sh", script);
    ShortCommand version = ShortCommand.run(options, directory, Bounds.PROCESS);
    assertThat(version.exitCode()).as(version.error()).isZero();
    ShortCommand absent =
        ShortCommand.run(
            List.of("env", "JAVA_HOME=" + directory, "sh", script), directory, Bounds.PROCESS);
    assertThat(absent.exitCode()).isEqualTo(1);
    assertThat(absent.error()).contains("no " + directory + "/bin/java", "JAVA_HOME");
  }

  private static long residentKib(long pid) {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    assumeTrue(Files.isReadable(status), "no /proc here");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
