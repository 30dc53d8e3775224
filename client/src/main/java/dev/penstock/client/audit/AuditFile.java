package dev.penstock.client.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The end of a file, which is opened anew each time: a file that was moved away, as log rotation
 * does, is simply there again.
 *
 * <p>A disk that fills up may take a part of a line. That one is written again in full, on a line
 * of its own: its torn beginning stays, as no line of JSON; no whole line is there twice.
 */
final class AuditFile implements AuditSink {
  private final Path file;
  private final Opening opening;

  /** The file's last line, as far as it was written by this, has no end. */
  private boolean isTorn;

  AuditFile(Path file) {
    this(
        file,
        path ->
            FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND));
  }

  AuditFile(Path file, Opening opening) {
    this.file = file;
    this.opening = opening;
  }

  @Override
  public void append(ByteBuffer lines) throws IOException {
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
