package dev.penstock.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.peers.PeerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command as a process: scripts rely on what it prints. */
class RegistryCommandTest {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir Path directory;

  @Test
  void registry_printsWhatItServes() throws Exception {
    Path output = directory.resolve("output");
    List<String> command =
        command("--listen", "127.0.0.1:0", "--layer-size", "1MiB", "--layer-size", "4096");
    try (PeerProcess process = PeerProcess.start(command, output, Pattern.compile("^ready$"))) {
      var unused = process.await(BOUND);
      List<String> lines = Files.readAllLines(output);
      assertThat(lines.get(0)).matches("listening http://127\\.0\\.0\\.1:\\d+");
      assertThat(lines.get(1)).matches("manifest team/app:1\\.0 sha256:[0-9a-f]{64}");
      assertThat(lines.subList(3, 5))
          .satisfiesExactly(
              line -> assertThat(line).endsWith(" 1048576"),
              line -> assertThat(line).endsWith(" 4096"));
      String url = lines.get(0).substring("listening ".length());
      for (String line : lines.subList(2, 5)) {
        expectServed(url, line);
      }
    }
  }

  @Test
  void registry_takesItsSettingsFromAFileToo() throws Exception {
    Path config = directory.resolve("config.yaml");
    Files.writeString(config, "listen: 127.0.0.1:0\nlayer-size: [4096, 8KiB]\n");
    Path output = directory.resolve("output");
    List<String> command = command("--config", config.toString());
    try (PeerProcess process = PeerProcess.start(command, output, Pattern.compile("^ready$"))) {
      var unused = process.await(BOUND);
      assertThat(Files.readAllLines(output).subList(3, 5))
          .satisfiesExactly(
              line -> assertThat(line).endsWith(" 4096"),
              line -> assertThat(line).endsWith(" 8192"));
    }
  }

  @Test
  void registry_refusesAMisspeltKey() throws Exception {
    Path config = Files.writeString(directory.resolve("config.yaml"), "layers: 1\n");
    List<String> command = command("--config", config.toString());
    assertThatThrownBy(() -> PeerProcess.run(command, directory.resolve("output"), BOUND))
        .hasMessageContaining("code 2")
        .hasMessageContaining("unknown key 'layers'");
  }

  private void expectServed(String url, String line) throws IOException, InterruptedException {
    assertThat(line).matches("team/app@sha256:[0-9a-f]{64} \\d+");
    String digest = line.substring(line.indexOf('@') + 1, line.indexOf(' '));
    URI blob = URI.create(url + "/v2/team/app/blobs/" + digest);
    byte[] body =
        http.send(HttpRequest.newBuilder(blob).build(), BodyHandlers.ofByteArray()).body();
    assertThat(Blob.of(body).digest()).isEqualTo(digest);
    assertThat(line).endsWith(" " + body.length);
  }

  @ParameterizedTest
  @CsvSource({
    "--listen, nowhere, HOST:PORT",
    "--image, team/app, REPOSITORY:TAG",
    "--layer-size, large, 256MiB"
  })
  void registry_refusesWhatItCannotRead(String option, String value, String form) {
    assertThatThrownBy(
            () -> PeerProcess.run(command(option, value), directory.resolve("output"), BOUND))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("code 2")
        .hasMessageContaining(form);
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), "registry"));
    command.addAll(List.of(arguments));
    return command;
  }
}
