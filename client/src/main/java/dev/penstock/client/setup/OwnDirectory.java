package dev.penstock.client.setup;

import dev.penstock.client.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Refuses to hand a service a directory that holds more than is meant for it: what is read again is
 * handed with its directory, and what is written in one that can be written.
 *
 * @param directory what {@code init} writes to, which is handed likewise
 * @param home of whoever runs {@code init}
 */
record OwnDirectory(Path directory, Path home) {

  /**
   * Judges the directories of all files that are known.
   *
   * @throws IOException naming the setting, the directory and what to do
   */
  void require(MountedFiles files) throws IOException {
    requireOwn("directory", directory, "name another, such as --directory penstock");
    for (Map.Entry<Setting, Path> file : files.of(FileUse.AGAIN).entrySet()) {
      requireOwn(file.getKey().key(), of(file.getValue()), "move the file into one of its own");
    }
    for (Map.Entry<Setting, Path> file : files.of(FileUse.WRITTEN).entrySet()) {
      requireWritable(file.getKey().key(), file.getValue(), files);
    }
  }

  /** Where an absolute path's file is. */
  static Path of(Path file) {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }

  private void requireOwn(String key, Path shown, String advice) throws IOException {
    if (shown.toString().chars().anyMatch(c -> c < ' ' || c == '"')) {
      throw new IOException(
          "%s: a unit cannot name a directory with quotes or control characters; %s"
              .formatted(key, advice));
    }
    if (shown.getNameCount() < 2 || home.startsWith(shown)) {
      throw new IOException(
          "%s: a service that follows changes is shown the whole directory, and %s holds more than"
                  .formatted(key, shown)
              + " is meant for it; "
              + advice);
    }
  }

  private void requireWritable(String key, Path file, MountedFiles files) throws IOException {
    Path written = of(file);
    String advice = "name one of its own, such as /var/log/penstock/" + file.getFileName();
    requireOwn(key, written, advice);
    Optional<Path> other =
        Stream.concat(Stream.of(directory), files.paths().values().stream())
            .filter(path -> !path.equals(file) && path.startsWith(written))
            .findFirst();
    if (other.isEmpty()) {
      other = stranger(written, String.valueOf(file.getFileName()));
    }
    if (other.isPresent()) {
      throw new IOException(
          "%s: the service has to write to the directory, and in %s is %s, too; %s"
              .formatted(key, written, other.get(), advice));
    }
  }

  /** What is there and is no older part of the log. */
  private static Optional<Path> stranger(Path directory, String name) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(path -> !path.getFileName().toString().startsWith(name)).findFirst();
    } catch (IOException e) {
      return Optional.empty(); // not there yet, or nothing that whoever runs this may see
    }
  }
}
