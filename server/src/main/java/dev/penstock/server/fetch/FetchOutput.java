package dev.penstock.server.fetch;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Where fetched bytes go: standard output, a device or pipe, or a file.
 *
 * <p>A file grows under the name {@code FILE.part} and takes its own name on {@link #commit()}, so
 * that a file of that name is always a whole one.
 */
public final class FetchOutput implements AutoCloseable {
  private final FileChannel channel;
  private final @Nullable Path part;
  private final @Nullable Path file;

  private FetchOutput(FileChannel channel, @Nullable Path part, @Nullable Path file) {
    this.channel = channel;
    this.part = part;
    this.file = file;
  }

  /** Opens {@code -} (standard output), an existing device or pipe, or a file to be made. */
  public static FetchOutput open(String name) throws IOException {
    if (name.equals("-")) {
      return new FetchOutput(new FileOutputStream(FileDescriptor.out).getChannel(), null, null);
    }
    Path file = Path.of(name);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return new FetchOutput(FileChannel.open(file, StandardOpenOption.WRITE), null, null);
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    return new FetchOutput(channel, part, file);
  }

  /** Writes all of the buffers, in order; blocks while the other end does. */
  void write(ByteBuffer[] buffers) throws IOException {
    int first = 0;
    while (first < buffers.length) {
      channel.write(buffers, first, buffers.length - first);
      while (first < buffers.length && !buffers[first].hasRemaining()) {
        first++;
      }
    }
  }

  /** Gives the file its name; without this, closing removes what was written to it. */
  public void commit() throws IOException {
    channel.close();
    if (part != null && file != null) {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (part != null) {
      Files.deleteIfExists(part);
    }
  }
}
