package dev.penstock.client;

import dev.penstock.client.credentials.PasswordFile;
import dev.penstock.client.credentials.PasswordSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A secret, and where it comes from: a file that is looked at at each use, so that it can be
 * changed without a restart, or a value that this process holds. Its text names the place and never
 * the value. Any thread; blocks for a look at the file.
 */
public final class Secret implements PasswordSource {
  private final String place;
  private final @Nullable Path file;
  private final @Nullable PasswordFile content;
  private final @Nullable String value;

  private Secret(String place, @Nullable Path file, @Nullable String value) {
    this.place = place;
    this.file = file;
    this.content = file == null ? null : new PasswordFile(file);
    this.value = value;
  }

  /** The content of a file, without white space at its end. */
  public static Secret inFile(Path file) {
    return new Secret(file.toString(), file, null);
  }

  /** The value of an environment variable, without white space at its end. */
  public static Secret inVariable(String name, String value) {
    return new Secret(name, null, value.stripTrailing());
  }

  /** This value. */
  public static Secret of(String value) {
    return new Secret("the given secret", null, value);
  }

  /** What a person has just typed; it will be in a file. */
  public static Secret typed(String value) {
    return new Secret("what was typed", null, value);
  }

  /**
   * The secret as it is now.
   *
   * @throws IOException saying which file, when it cannot be read or holds no secret
   */
  public String read() throws IOException {
    String secret = readPassword();
    if (secret.isEmpty() || !secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IOException(this + " is empty or not one line of printable ASCII");
    }
    return secret;
  }

  /** As {@link #read}, but people choose passwords, and those may hold anything. */
  @Override
  public String readPassword() throws IOException {
    return content == null ? Objects.requireNonNull(value) : content.readPassword();
  }

  /** The file that it is read from; null: it is from elsewhere. */
  public @Nullable Path file() {
    return file;
  }

  /** The file's or the variable's name, or that there is none. */
  @Override
  public String toString() {
    return place;
  }
}
