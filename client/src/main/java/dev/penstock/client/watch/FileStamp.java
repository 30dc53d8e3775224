package dev.penstock.client.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What tells one version of a file from the next without reading it; behind a symbolic link, of the
 * file there.
 *
 * <p>The key (the inode) differs after every atomic replacement, even within one tick of the file
 * system's clock; size and time catch an edit in place.
 */
record FileStamp(FileTime modified, long size, @Nullable Object key) {
  /** The coarsest clock of a file system in use, that of FAT. */
  private static final Duration TICK = Duration.ofSeconds(2);

  static FileStamp of(Path file) throws IOException {
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new NotAFileException(file);
    }
    return new FileStamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
  }

  /** Whether an edit after this moment is sure to have another time, so that it will be seen. */
  boolean isOldAt(Instant now) {
    return modified.toInstant().plus(TICK).isBefore(now);
  }
}
