package dev.penstock.client.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AuditFileTest {
  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("audit.log");
  }

  @Test
  void lines_areAppendedToWhatIsThere() throws IOException {
    Files.writeString(path, "old\n");
    AuditFile file = new AuditFile(path);
    file.append(text("a\n"));
    file.append(text("b\nc\n"));
    assertThat(path).hasContent("old\na\nb\nc\n");
  }

  @Test
  void file_thatIsMovedAwayIsThereAgain() throws IOException {
    AuditFile file = new AuditFile(path);
    file.append(text("a\n"));
    Files.move(path, directory.resolve("audit.log.1"));
    file.append(text("b\n"));
    assertThat(directory.resolve("audit.log.1")).hasContent("a\n");
    assertThat(path).hasContent("b\n");
  }

  @Test
  void file_thatIsTruncatedInPlaceGoesOnAtItsNewEnd() throws IOException {
    AuditFile file = new AuditFile(path);
    file.append(text("a\n"));
    Files.newByteChannel(path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
        .close();
    file.append(text("b\n"));
    assertThat(path).hasContent("b\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''      | one;",
        "old;    | old;one;",
        ";       | ;one;",
        "o       | o;one;",
        "old;tor | old;tor;one;",
      })
  void lineThatAnotherProcessLeftTorn_staysOneBadLine(String left, String content)
      throws IOException {
    Files.writeString(path, left.replace(';', '\n'));
    AuditFile file = new AuditFile(path);
    file.append(text(""));
    file.append(text("one\n"));
    assertThat(Files.readString(path)).isEqualTo(content.replace(';', '\n'));
  }

  @Test
  void tornLineOnAFullDisk_isMendedWhenThereIsRoom() throws IOException {
    Files.writeString(path, "old\ntor");
    int[] left = {0};
    AuditFile file = new AuditFile(path, opened -> new Disk(open(opened), left));
    ByteBuffer lines = text("one\n");
    assertThatThrownBy(() -> file.append(lines)).isInstanceOf(IOException.class);
    left[0] = Integer.MAX_VALUE;
    file.append(lines);
    assertThat(path).hasContent("old\ntor\none\n");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void newFile_isForItsOwnerAndItsGroupToRead() throws IOException {
    AuditFile file = new AuditFile(path);
    file.append(text("a\n"));
    Files.move(path, directory.resolve("audit.log.1"));
    file.append(text("b\n"));
    for (Path made : List.of(path, directory.resolve("audit.log.1"))) {
      assertThat(Files.getPosixFilePermissions(made))
          .contains(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)
          .isSubsetOf(PosixFilePermissions.fromString("rw-r-----"));
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void fileThatIsThere_keepsItsMode() throws IOException {
    Files.createFile(path);
    Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-r--r--");
    Files.setPosixFilePermissions(path, mode);
    new AuditFile(path).append(text("a\n"));
    assertThat(Files.getPosixFilePermissions(path)).isEqualTo(mode);
  }

  /** A disk with room for some bytes and no more, until it is made room on. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0  | one;two;",
        "1  | o;one;two;",
        "3  | one;one;two;",
        "4  | one;two;",
        "5  | one;t;two;",
        "7  | one;two;two;",
        "8  | one;two;",
      })
  void fullDisk_tearsOneLineAndLosesAndDoublesNone(int room, String content) throws IOException {
    int[] left = {room};
    AuditFile file = new AuditFile(path, opened -> new Disk(open(opened), left));
    ByteBuffer lines = text("one\ntwo\n");
    if (room < lines.capacity()) {
      assertThatThrownBy(() -> file.append(lines)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> file.append(lines)).isInstanceOf(IOException.class);
    }
    left[0] = Integer.MAX_VALUE;
    file.append(lines);
    assertThat(Files.readString(path)).isEqualTo(content.replace(';', '\n'));
  }

  @Test
  void fileThatCannotBeOpened_takesNothing() {
    AuditFile file = new AuditFile(directory);
    ByteBuffer lines = text("a\n");
    assertThatThrownBy(() -> file.append(lines)).isInstanceOf(IOException.class);
    assertThat(lines.position()).isZero();
  }

  private static WritableByteChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }

  @SuppressWarnings("ArrayRecordComponent") // What is left is shared by all that are opened.
  private record Disk(WritableByteChannel file, int[] left) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer source) throws IOException {
      if (left[0] == 0) {
        throw new IOException("No space left on device");
      }
      int written = Math.min(left[0], source.remaining());
      file.write(source.slice(source.position(), written));
      source.position(source.position() + written);
      left[0] -= written;
      return written;
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
