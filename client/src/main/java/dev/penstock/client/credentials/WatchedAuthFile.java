package dev.penstock.client.credentials;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.client.watch.NotAFileException;
import dev.penstock.client.watch.WatchedFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Credentials that follow their file. One that was good and is now broken stays in force as it was,
 * and the log says so once; one that is gone is gone, since that is how a customer takes
 * credentials away. Any thread; blocks for a look at the file.
 */
final class WatchedAuthFile {
  private static final Logger log = LoggerFactory.getLogger(WatchedAuthFile.class);

  private final Path path;
  private final boolean mayBeAbsent;

  @GuardedBy("this")
  private final WatchedFile file;

  /** Null: there are none, for the reason that is next, or because there need be none. */
  @GuardedBy("this")
  private @Nullable AuthFile current;

  @GuardedBy("this")
  private @Nullable CredentialsException failure;

  WatchedAuthFile(Path path, boolean mayBeAbsent) {
    this.path = path;
    this.mayBeAbsent = mayBeAbsent;
    file = new WatchedFile(path, Clock.systemUTC(), AuthFile.MAX_BYTES);
  }

  /** What it says now; empty when it need not be there and is not. */
  synchronized Optional<AuthFile> current() throws CredentialsException {
    try {
      Optional<byte[]> news = file.look();
      if (news.isPresent()) {
        takeOver(AuthFile.of(path, news.get()));
      }
    } catch (NoSuchFileException e) {
      current = null;
      failure = mayBeAbsent ? null : new CredentialsException(path + " does not exist");
    } catch (CredentialsException e) {
      refuse(e);
    } catch (NotAFileException e) {
      refuse(new CredentialsException(path + " is not a file"));
    } catch (IOException e) {
      refuse(AuthFile.unreadable(path, e));
    }
    if (current == null && failure != null) {
      throw failure;
    }
    return Optional.ofNullable(current);
  }

  @GuardedBy("this")
  private void takeOver(AuthFile fresh) {
    if (current != null) {
      log.info("credentials reloaded from {}", path);
    }
    current = fresh;
    failure = null;
  }

  @GuardedBy("this")
  private void refuse(CredentialsException why) {
    failure = why;
    if (current != null) {
      log.warn("{}; what it said before stays in force", why.getMessage());
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
