package dev.penstock.client.policy.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Notices what becomes of a file, by its stamp, and by its content while the stamp is too young to
 * be relied upon. One thread at a time.
 */
final class WatchedFile {
  private final Path file;
  private final Clock clock;
  private final Reading reading;

  /** Null: the content is to be looked at, whatever the next stamp is. */
  private @Nullable FileStamp settled;

  /** What was told last; null: that the file cannot be read. */
  private byte @Nullable [] told;

  private boolean isTold;

  WatchedFile(Path file, Clock clock, Reading reading) {
    this.file = file;
    this.clock = clock;
    this.reading = reading;
  }

  /**
   * What the file has become since the last look: its new content, of which the first look always
   * finds some; empty when nothing is new, or when the file is being written at this moment, which
   * the next look will then find.
   *
   * @throws IOException when it cannot be read, once until it can be
   */
  Optional<byte[]> look() throws IOException {
    byte[] content;
    try {
      content = read();
    } catch (IOException e) {
      settled = null;
      if (isTold && told == null) {
        return Optional.empty();
      }
      tell(null);
      throw e;
    }
    if (content == null || (isTold && told != null && Arrays.equals(told, content))) {
      return Optional.empty();
    }
    tell(content);
    return Optional.of(content);
  }

  private void tell(byte @Nullable [] content) {
    isTold = true;
    told = content;
  }

  /** Null: it is the same as before, or it changed while it was read. */
  private byte @Nullable [] read() throws IOException {
    FileStamp before = FileStamp.of(file);
    if (before.equals(settled)) {
      return null;
    }
    settled = null;
    byte[] content = reading.content(file);
    if (!FileStamp.of(file).equals(before)) {
      return null;
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
