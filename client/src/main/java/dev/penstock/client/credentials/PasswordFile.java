package dev.penstock.client.credentials;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.client.watch.NotAFileException;
import dev.penstock.client.watch.WatchedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A secret that follows its file: the content, without white space at its end. A file that cannot
 * be read has none, since that is how a customer takes a password away. Any thread; blocks for a
 * look at the file, which is read only when it has changed.
 */
public final class PasswordFile implements PasswordSource {
  private static final int MAX_BYTES = 64 * 1024;

  private final Path path;

  @GuardedBy("this")
  private final WatchedFile file;

  /** Null: there is none, for the reason that is next. */
  @GuardedBy("this")
  private @Nullable String current;

  @GuardedBy("this")
  private @Nullable IOException failure;

  /** A file that nobody has looked at yet. */
  public PasswordFile(Path path) {
    this.path = path;
    file = new WatchedFile(path, Clock.systemUTC(), MAX_BYTES);
  }

  @Override
  public synchronized String readPassword() throws IOException {
    try {
      Optional<byte[]> news = file.look();
      if (news.isPresent()) {
        take(news.get());
      }
    } catch (NotAFileException e) {
      refuse("is not a file", e);
    } catch (IOException e) {
      refuse("cannot be read (%s)".formatted(e.getClass().getSimpleName()), e);
    }
    if (current == null) {
      String why = failure == null ? path + " is being written" : failure.getMessage();
      throw new IOException(why, failure == null ? null : failure.getCause());
    }
    return current;
  }

  @GuardedBy("this")
  private void take(byte[] content) {
    try {
      if (content.length > MAX_BYTES) {
        refuse("has more than %d KiB; is it the right file?".formatted(MAX_BYTES >> 10), null);
      } else {
        current = text(content);
        failure = null;
      }
    } catch (CharacterCodingException e) {
      refuse("is not text in UTF-8", null); // the cause would tell of the content
    }
  }

  private static String text(byte[] content) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(content))
        .toString()
        .stripTrailing();
  }

  @GuardedBy("this")
  private void refuse(String what, @Nullable IOException cause) {
    current = null;
    failure = new IOException(path + " " + what, cause);
  }

  /** The path. */
  @Override
  public String toString() {
    return path.toString();
  }
}
