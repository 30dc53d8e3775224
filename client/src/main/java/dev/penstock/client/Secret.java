package dev.penstock.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A secret, and where it comes from: a file that is read at each use, so that it can be changed
 * without a restart, or a value that an embedding program holds. Its text names the place and never
 * the value.
 */
public final class Secret {
  private final @Nullable Path file;
  private final @Nullable String value;

  private Secret(@Nullable Path file, @Nullable String value) {
    this.file = file;
    this.value = value;
  }

  /** The content of a file, without white space at its end. */
  public static Secret inFile(Path file) {
    return new Secret(file, null);
  }

  /** This value. */
  public static Secret of(String value) {
    return new Secret(null, value);
  }

  /**
   * The secret as it is now.
   *
   * @throws IOException saying which file, when it cannot be read or holds no secret
   */
  public String read() throws IOException {
    String secret = file == null ? Objects.requireNonNull(value) : readFile(file);
    if (secret.isEmpty() || !secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IOException(this + " is empty or not one line of printable ASCII");
    }
    return secret;
  }

  private static String readFile(Path file) throws IOException {
    try {
      return Files.readString(file).stripTrailing();
    } catch (IOException e) {
      throw new IOException(
          "%s cannot be read (%s)".formatted(file, e.getClass().getSimpleName()), e);
    }
  }

  /** The file's name, or that there is none. */
  @Override
  public String toString() {
    return file == null ? "the given secret" : file.toString();
  }
}
