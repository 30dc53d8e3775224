package dev.penstock.client.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a policy and of credentials, what the log shows of it is in the tests of these. */
final class WatchedFileTest {
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void create() throws IOException {
    file = directory.resolve("policy.yaml");
    write("first");
  }

  @Test
  void aStamp_isReliedUponOnlyWhenItIsOlderThanATick() throws IOException {
    WatchedFile young = watched(TIME.plusSeconds(2));
    WatchedFile old = watched(TIME.plusMillis(2001));
    assertThat(young.look()).isPresent();
    assertThat(old.look()).isPresent();
    write("other");
    assertThat(young.look()).contains("other".getBytes(StandardCharsets.UTF_8));
    assertThat(young.look()).isEmpty();
    assertThat(old.look()).isEmpty();
  }

  @Test
  void aFileOfOldDate_isReadOnce() throws IOException {
    int[] reads = new int[1];
    WatchedFile old =
        new WatchedFile(
            file,
            clockAt(TIME.plusSeconds(60)),
            path -> {
              reads[0]++;
              return Files.readAllBytes(path);
            });
    assertThat(old.look()).isPresent();
    assertThat(old.look()).isEmpty();
    assertThat(old.look()).isEmpty();
    assertThat(reads[0]).isEqualTo(1);
  }

  @Test
  void aFileThatChangesWhileItIsRead_isLeftForTheNextLook() throws IOException {
    boolean[] isCalm = new boolean[1];
    WatchedFile busy =
        new WatchedFile(
            file,
            clockAt(TIME.plusSeconds(60)),
            path -> {
              byte[] content = Files.readAllBytes(path);
              if (!isCalm[0]) {
                Files.writeString(path, "more", StandardOpenOption.APPEND);
              }
              return content;
            });
    assertThat(busy.look()).as("the first is what there is").isPresent();
    assertThat(busy.look()).isEmpty();
    isCalm[0] = true;
    assertThat(busy.look().map(content -> content.length)).contains("firstmoremore".length());
    assertThat(busy.look()).isEmpty();
  }

  @Test
  void aFileThatCannotBeRead_isToldOnceUntilItCanBe() throws IOException {
    WatchedFile watched = watched(TIME.plusSeconds(60));
    assertThat(watched.look()).isPresent();
    Files.delete(file);
    assertThatThrownBy(watched::look).isInstanceOf(NoSuchFileException.class);
    assertThat(watched.look()).isEmpty();
    write("first");
    assertThat(watched.look()).isPresent();
    Files.delete(file);
    assertThatThrownBy(watched::look).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aFileThatCannotBeRead_isToldAgainWhenItIsForAnotherReason() throws IOException {
    WatchedFile watched = watched(TIME.plusSeconds(60));
    assertThat(watched.look()).isPresent();
    Files.delete(file);
    Files.createDirectory(file);
    assertThatThrownBy(watched::look)
        .isInstanceOf(NotAFileException.class)
        .hasMessage(file + " is not a file");
    assertThat(watched.look()).isEmpty();
    Files.delete(file);
    assertThatThrownBy(watched::look).isInstanceOf(NoSuchFileException.class);
    assertThat(watched.look()).isEmpty();
  }

  /** As the kubelet changes a ConfigMap or Secret: policy.yaml -> ..data/…, ..data -> ..2026_1/. */
  @Test
  void aLinkThatIsSwappedOnTheWayToTheFile_isFollowed() throws IOException {
    Path mount = Files.createDirectory(directory.resolve("mount"));
    version(mount, "..2026_1", "first");
    Files.createSymbolicLink(mount.resolve("..data"), Path.of("..2026_1"));
    file = Files.createSymbolicLink(mount.resolve("policy.yaml"), Path.of("..data", "policy.yaml"));
    WatchedFile watched = watched(TIME.plusSeconds(60));
    assertThat(watched.look()).contains("first".getBytes(StandardCharsets.UTF_8));
    assertThat(watched.look()).isEmpty();
    version(mount, "..2026_2", "other");
    Path swapped = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2026_2"));
    Files.move(swapped, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    assertThat(watched.look())
        .as("of the same size and time")
        .contains("other".getBytes(StandardCharsets.UTF_8));
    assertThat(watched.look()).isEmpty();
  }

  private static void version(Path mount, String name, String text) throws IOException {
    Path file = Files.createDirectory(mount.resolve(name)).resolve("policy.yaml");
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(TIME));
  }

  @Test
  void aFileThatIsTooLarge_isReadByOneByteMore() throws IOException {
    write("x".repeat(5_000));
    assertThat(watched(TIME.plusSeconds(60)).look().map(content -> content.length))
        .contains((1 << 10) + 1);
  }

  private WatchedFile watched(Instant now) {
    return new WatchedFile(file, clockAt(now), 1 << 10);
  }

  private static Clock clockAt(Instant now) {
    return Clock.fixed(now, ZoneOffset.UTC);
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(TIME));
  }
}
