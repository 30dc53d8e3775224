package dev.penstock.client.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The end of a file, which is opened anew each time: a file that was moved away, as log rotation
 * does, is simply there again.
 *
 * <p>A disk that fills up may take a part of a line. That one is written again in full, on a line
 * of its own: its torn beginning stays, as no line of JSON; no whole line is there twice. The same
 * becomes of what a process left that died within a line.
 *
 * <p>A file that is made here is for its owner, and its group to read, less what the umask takes.
 */
final class AuditFile implements AuditSink {
  private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r-----");

  private final Path file;
  private final Opening opening;

  /** The file's last line, as far as is known, has no end. */
  private boolean isTorn;

  /** Whether it is known what was left by whoever wrote before. */
  private boolean isLookedAt;

  AuditFile(Path file) {
    this(file, AuditFile::open);
  }

  AuditFile(Path file, Opening opening) {
    this.file = file;
    this.opening = opening;
  }

  @Override
  public void append(ByteBuffer lines) throws IOException {
    lookAtWhatIsLeft();
    try (WritableByteChannel end = opening.open(file)) {
      if (isTorn) {
        end.write(ByteBuffer.wrap(new byte[] {'\n'}));
        isTorn = false;
      }
      while (lines.hasRemaining()) {
        end.write(lines);
      }
    } catch (IOException e) {
      isTorn |= toBeginningOfLine(lines);
      throw e;
    }
  }

  private static WritableByteChannel open(Path path) throws IOException {
    Set<OpenOption> atItsEnd =
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? FileChannel.open(path, atItsEnd, PosixFilePermissions.asFileAttribute(MODE))
        : FileChannel.open(path, atItsEnd);
  }

  /** One that may only be written to keeps its secret; a pipe has no end to look at. */
  private void lookAtWhatIsLeft() throws IOException {
    if (!isLookedAt && Files.isRegularFile(file) && Files.isReadable(file)) {
      isTorn = endsWithinLine(file);
    }
    isLookedAt = true;
  }

  private static boolean endsWithinLine(Path file) throws IOException {
    try (SeekableByteChannel content = Files.newByteChannel(file)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      content.position(Math.max(0, content.size() - 1));
      return content.read(last) == 1 && last.get(0) != '\n';
    }
  }

  /** Whether there was a part of one to go back over. */
  private static boolean toBeginningOfLine(ByteBuffer lines) {
    int stopped = lines.position();
    int begin = stopped;
    while (begin > 0 && lines.get(begin - 1) != '\n') {
      begin--;
    }
    lines.position(begin);
    return begin < stopped;
  }

  /** How the file is opened, to write at its end. */
  @FunctionalInterface
  interface Opening {
    WritableByteChannel open(Path file) throws IOException;
  }
}
