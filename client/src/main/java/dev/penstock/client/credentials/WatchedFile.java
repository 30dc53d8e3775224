package dev.penstock.client.credentials;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is read again when it has changed. One that was good and is now broken stays in force
 * as it was, and the log says so once; one that is gone is gone, since that is how a customer takes
 * credentials away. Any thread; blocks for a look at the file.
 */
final class WatchedFile {
  private static final Logger log = LoggerFactory.getLogger(WatchedFile.class);

  /** A file may change twice within one tick of its clock, and not be seen to. */
  private static final long SETTLED_AFTER_MILLIS = 2000;

  private final Path path;
  private final boolean mayBeAbsent;

  @GuardedBy("this")
  private @Nullable AuthFile current;

  @GuardedBy("this")
  private @Nullable Stamp read;

  /** Whether the last change was long past when it was read. */
  @GuardedBy("this")
  private boolean isSettled;

  @GuardedBy("this")
  private @Nullable String complaint;

  WatchedFile(Path path, boolean mayBeAbsent) {
    this.path = path;
    this.mayBeAbsent = mayBeAbsent;
  }

  /** What it says now; empty when it need not be there and is not. */
  synchronized Optional<AuthFile> current() throws CredentialsException {
    Stamp stamp;
    try {
      stamp = Stamp.of(path);
    } catch (NoSuchFileException e) {
      return absent();
    } catch (IOException e) {
      return broken(unreadable(e));
    }
    if (current != null && isSettled && stamp.equals(read)) {
      return Optional.of(current);
    }
    return read(stamp);
  }

  @GuardedBy("this")
  private Optional<AuthFile> read(Stamp stamp) throws CredentialsException {
    try {
      AuthFile fresh = AuthFile.read(path);
      if (current != null && !stamp.equals(read)) {
        log.info("credentials reloaded from {}", path);
      }
      current = fresh;
      // Taken before the reading: a change meanwhile is noticed later, not lost.
      read = stamp;
      isSettled = stamp.isSettled();
      complaint = null;
      return Optional.of(fresh);
    } catch (CredentialsException e) {
      return broken(e);
    }
  }

  @GuardedBy("this")
  private Optional<AuthFile> broken(CredentialsException failure) throws CredentialsException {
    if (current == null) {
      throw failure;
    }
    String message = String.valueOf(failure.getMessage());
    if (!message.equals(complaint)) {
      complaint = message;
      log.warn("{}; what it said before stays in force", message);
    }
    return Optional.of(current);
  }

  @GuardedBy("this")
  private Optional<AuthFile> absent() throws CredentialsException {
    current = null;
    read = null;
    if (mayBeAbsent) {
      return Optional.empty();
    }
    throw new CredentialsException(path + " does not exist");
  }

  private CredentialsException unreadable(IOException e) {
    if (e instanceof CredentialsException known) {
      return known;
    }
    return new CredentialsException(
        "%s cannot be read (%s)".formatted(path, e.getClass().getSimpleName()));
  }

  /** By what a change shows; behind a symbolic link, the file there. */
  private record Stamp(FileTime modified, long size, @Nullable Object fileKey) {
    static Stamp of(Path path) throws IOException {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      if (!file.isRegularFile()) {
        // Whoever opens a pipe waits for its other end.
        throw new CredentialsException(path + " is not a file");
      }
      return new Stamp(file.lastModifiedTime(), file.size(), file.fileKey());
    }

    boolean isSettled() {
      return System.currentTimeMillis() - modified.toMillis() >= SETTLED_AFTER_MILLIS;
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
