package dev.penstock.client.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file to be written.
 *
 * @param isSecret whether only its owner may read it
 */
record NewFile(Path path, String content, boolean isSecret) {

  /**
   * Writes it, with its permissions from the first byte on.
   *
   * @param mayReplace whether one that is there is thrown away
   * @throws IOException saying which file, and what to do
   */
  void write(boolean mayReplace) throws IOException {
    if (mayReplace) {
      Files.deleteIfExists(path);
    }
    try {
      Files.createFile(path, permissions());
      Files.writeString(path, content, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(path + " is there already; --force replaces it", e);
    } catch (IOException e) {
      throw new IOException(
          "%s cannot be written (%s)".formatted(path, e.getClass().getSimpleName()), e);
    }
  }

  private FileAttribute<?>[] permissions() {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    String mode = isSecret ? "rw-------" : "rw-r--r--";
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
    };
  }

  /** Without the content. */
  @Override
  public String toString() {
    return path.toString();
  }
}
