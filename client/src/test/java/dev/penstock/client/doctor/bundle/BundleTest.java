package dev.penstock.client.doctor.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonParser;
import dev.penstock.client.check.Outcome;
import dev.penstock.client.doctor.Examination;
import dev.penstock.client.doctor.redaction.Redaction;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Verdict;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BundleTest {
  private static final String SECRET = "hidden-token-1";

  @TempDir Path directory;

  @Test
  void bundle_holdsAllOfIt_withoutSecrets_andForItsOwnerOnly() throws IOException {
    Path file = write();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Map<String, String> entries = read(file);
    assertThat(entries.keySet())
        .containsExactly(
            "report.txt",
            "report.json",
            "settings.yaml",
            "certificates.pem",
            "arrived.json",
            "environment.txt");
    assertThat(entries.values()).noneMatch(text -> text.contains("hidden"));
    assertThat(entries.get("report.txt")).contains("Cookie: (redacted)");
    assertThat(JsonParser.parseString(entries.get("report.json")).getAsJsonObject().keySet())
        .contains("lines");
    assertThat(JsonParser.parseString(entries.get("arrived.json")).isJsonObject()).isTrue();
    assertThat(entries.get("settings.yaml")).contains("tunnel: acme", "token-file: /etc/token");
    assertThat(entries.get("environment.txt"))
        .contains("version: v 1", "java: ", "https_proxy: http://ann:(redacted)@proxy:1")
        .contains("PENSTOCK_TOKEN: (redacted)")
        .doesNotContain("OTHER_SECRET");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void fileThatIsThere_isNotReplaced() throws IOException {
    Path file = Files.writeString(directory.resolve("b.zip"), "mine");
    assertThatThrownBy(this::write)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is there already");
    assertThat(file).hasContent("mine");
    assertThatThrownBy(() -> Bundle.at(directory.resolve("none/b.zip"), Redaction.of(List.of())))
        .hasMessageContaining("its directory is not there");
  }

  @Test
  void fileThatComesMeanwhile_isNotReplacedEither() throws IOException {
    Path file = directory.resolve("b.zip");
    Bundle bundle = Bundle.at(file, Redaction.of(List.of()));
    Files.writeString(file, "mine");
    assertThatThrownBy(() -> bundle.write(examination(), "v", "", Map.of()))
        .hasMessageContaining("is there already");
    assertThat(file).hasContent("mine");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void fileSystemWithoutLinks_getsABundleAllTheSame_thatReplacesNothing() throws IOException {
    Path file = directory.resolve("b.zip");
    Bundle bundle =
        new Bundle(
            file,
            Redaction.of(List.of()),
            (name, existing) -> {
              throw new FileSystemException(name.toString(), null, "Operation not permitted");
            });
    bundle.write(examination(), "v", "", Map.of());
    assertThat(read(file)).containsKey("report.txt");
    assertThatThrownBy(() -> bundle.write(examination(), "v", "", Map.of()))
        .hasMessageContaining("is there already");
  }

  @Test
  void directoryThatTakesNoFile_isToldBeforeAnythingIsExamined() {
    assumeTrue(Files.isDirectory(Path.of("/proc")));
    assertThatThrownBy(() -> Bundle.at(Path.of("/proc/b.zip"), Redaction.of(List.of())))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("/proc/b.zip cannot be written: ");
  }

  @Test
  void secretsThatStandEverywhere_leaveJson() throws IOException {
    Path file = directory.resolve("b.zip");
    Bundle.at(file, Redaction.of(List.of("1", "true", "version")))
        .write(examination(), "v 1", "", Map.of());
    assertThat(JsonParser.parseString(read(file).get("report.json")).getAsJsonObject().keySet())
        .contains("lines");
    assertThat(JsonParser.parseString(read(file).get("arrived.json")).isJsonObject()).isTrue();
  }

  private Path write() throws IOException {
    Path file = directory.resolve("b.zip");
    Bundle.at(file, Redaction.of(List.of(SECRET)))
        .write(
            examination(),
            "v 1",
            "tunnel: acme\ntoken-file: /etc/token\nproxy: http://x:" + SECRET + "@proxy:1\n",
            Map.of(
                "https_proxy", "http://ann:hidden-2@proxy:1",
                "PENSTOCK_TOKEN", "hidden-3",
                "OTHER_SECRET", "hidden-4"));
    return file;
  }

  private static Examination examination() {
    Line line =
        new Line(
            "http",
            "",
            Verdict.WARN,
            Duration.ofMillis(1),
            "answered with Cookie: hidden-5 and \"" + SECRET + "\"",
            "",
            null);
    return new Examination(
        Instant.EPOCH,
        List.of(line),
        Outcome.WARNING,
        Optional.empty(),
        "{\"headers\":{\"Authorization\":\"Bearer " + SECRET + "\"}}",
        "");
  }

  private static Map<String, String> read(Path file) throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        entries.put(entry.getName(), new String(zip.getInputStream(entry).readAllBytes(), UTF_8));
      }
    }
    return entries;
  }
}
