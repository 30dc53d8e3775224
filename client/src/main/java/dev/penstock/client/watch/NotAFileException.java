package dev.penstock.client.watch;

import java.io.IOException;
import java.nio.file.Path;

/** There is something, but a directory or a pipe; whoever opens the latter waits for its end. */
public final class NotAFileException extends IOException {
  private static final long serialVersionUID = 1;

  NotAFileException(Path path) {
    super(path + " is not a file");
  }
}
