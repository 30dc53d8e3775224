package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.penstock.testing.e2e.FailureStage.Scene;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The README's table of failures, row by row: each is staged, and has to be told as it stands
 * there, to the caller and in the client's log.
 */
class FailureTableTest {
  private static final Map<String, Scene> SCENES = scenes();

  @TempDir Path directory;

  private static Map<String, Scene> scenes() {
    Map<String, Scene> scenes = new LinkedHashMap<>();
    scenes.putAll(RequestScenes.all());
    scenes.putAll(ControlScenes.all());
    scenes.putAll(RegistryScenes.all());
    scenes.putAll(CredentialScenes.all());
    scenes.putAll(ConnectionScenes.all());
    scenes.putAll(TunnelScenes.all());
    return scenes;
  }

  static List<FailureRow> rows() throws IOException {
    return FailureRow.ofReadme();
  }

  @Test
  void everyRow_isStagedAndNothingElseIs() throws Exception {
    assertThat(rows())
        .extracting(FailureRow::wrong)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(SCENES.keySet());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void row_isAsReadmeHasIt(FailureRow row) throws Exception {
    Scene scene = Objects.requireNonNull(SCENES.get(row.wrong()), "a row that nobody stages");
    try (LogCapture log = LogCapture.of(ClientLog.LOGGER, Level.INFO)) {
      FailureStage stage = new FailureStage(directory, log);
      Status got = scene.play(stage);
      expectToldToTheCaller(row, got);
      expectLogged(row, log);
      expectAudited(row, stage.auditLines());
    }
    assertThat(row.advice()).as("what to do").isNotEmpty();
  }

  private static void expectToldToTheCaller(FailureRow row, Status got) {
    assertThat(got.getCode()).as("%s", got).isEqualTo(row.code());
    if (!got.isOk()) {
      assertThat(row.description()).as("what the row quotes").isNotEmpty();
      String said = String.valueOf(got.getDescription());
      assertThat(row.description()).allSatisfy(part -> assertThat(said).containsPattern(part));
    }
  }

  private static void expectLogged(FailureRow row, LogCapture log) throws InterruptedException {
    if (row.isSilent()) {
      assertThat(log.lines()).noneMatch(FailureTableTest::isComplaint);
    } else {
      assertThat(row.log()).as("what the row quotes of the log").isNotEmpty();
      log.await(row.log());
    }
  }

  private static boolean isComplaint(String line) {
    return line.startsWith("WARN") || line.startsWith("ERROR");
  }

  private static void expectAudited(FailureRow row, List<String> lines) {
    if (!row.audit().isEmpty()) {
      assertThat(lines).anyMatch(line -> row.audit().stream().allMatch(part -> isIn(line, part)));
    }
  }

  private static boolean isIn(String line, Pattern part) {
    return part.matcher(line).find();
  }
}
