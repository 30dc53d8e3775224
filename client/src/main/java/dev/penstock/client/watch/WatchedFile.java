package dev.penstock.client.watch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Notices what becomes of a file, by its stamp, and by its content while the stamp is too young to
 * be relied upon. One thread at a time; blocks for the disk.
 */
public final class WatchedFile {
  private final Path file;
  private final Clock clock;
  private final Reading reading;

  /** Null: the content is to be looked at, whatever the next stamp is. */
  private @Nullable FileStamp settled;

  /** What was told last; null: that the file cannot be read. */
  private byte @Nullable [] told;

  private boolean isTold;

  /** What kept it from being read when that was told; null: it was read. */
  private @Nullable Class<? extends IOException> obstacle;

  /**
   * A file that nobody has looked at yet.
   *
   * @param maxBytes of one that is larger, one byte more is read
   */
  public WatchedFile(Path file, Clock clock, int maxBytes) {
    this(file, clock, path -> content(path, maxBytes));
  }

  WatchedFile(Path file, Clock clock, Reading reading) {
    this.file = file;
    this.clock = clock;
    this.reading = reading;
  }

  private static byte[] content(Path file, int maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(maxBytes + 1);
    }
  }

  /**
   * What the file has become since the last look: its new content, of which the first look always
   * finds some; empty when nothing is new, or when the file is being written at this moment, which
   * the next look will then find.
   *
   * @throws NotAFileException when it is something else, as the next
   * @throws IOException when it cannot be read; the same kind once, until it can be
   */
  public Optional<byte[]> look() throws IOException {
    byte[] content;
    try {
      content = read();
    } catch (IOException e) {
      settled = null;
      if (e.getClass() == obstacle) {
        return Optional.empty();
      }
      tell(null, e.getClass());
      throw e;
    }
    if (content == null || (told != null && Arrays.equals(told, content))) {
      return Optional.empty();
    }
    tell(content, null);
    return Optional.of(content);
  }

  private void tell(byte @Nullable [] content, @Nullable Class<? extends IOException> failure) {
    isTold = true;
    told = content;
    obstacle = failure;
  }

  /** Null: it is the same as before, or it changed while it was read; but the first is read. */
  private byte @Nullable [] read() throws IOException {
    FileStamp before = FileStamp.of(file);
    if (before.equals(settled)) {
      return null;
    }
    settled = null;
    byte[] content = reading.content(file);
    if (!FileStamp.of(file).equals(before)) {
      return isTold ? null : content;
    }
    settled = before.isOldAt(clock.instant()) ? before : null;
    return content;
  }

  /** How the content is had. */
  @FunctionalInterface
  interface Reading {
    byte[] content(Path file) throws IOException;
  }
}
