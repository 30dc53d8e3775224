package dev.penstock.testing.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.testing.image.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command that was run to its end.
 *
 * @param exitCode 0 for success
 * @param outputBytes bytes of its standard output
 * @param outputDigest their SHA-256
 * @param output its standard output, if that was at most 64 KiB
 * @param error its standard error
 */
record ShortCommand(
    int exitCode, long outputBytes, String outputDigest, String output, String error) {
  private static final int LONGEST_TEXT_BYTES = 64 * 1024;

  /** Runs it, with its standard error in a file in {@code directory} meanwhile. */
  static ShortCommand run(List<String> command, Path directory, Duration bound)
      throws IOException, InterruptedException {
    Path error = Files.createTempFile(directory, "stderr", ".log");
    Process process = new ProcessBuilder(command).redirectError(error.toFile()).start();
    try (InputStream out = process.getInputStream()) {
      process.getOutputStream().close();
      Sha256 sha = new Sha256();
      byte[] start = out.readNBytes(LONGEST_TEXT_BYTES);
      sha.update(ByteBuffer.wrap(start));
      readOn(out, sha);
      if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(command + " did not end within " + bound);
      }
      long bytes = sha.bytes();
      String text = bytes == start.length ? new String(start, UTF_8) : "";
      return new ShortCommand(
          process.exitValue(), bytes, sha.digest(), text, Files.readString(error));
    } finally {
      process.destroyForcibly();
    }
  }

  private static void readOn(InputStream out, Sha256 sha) throws IOException {
    byte[] buffer = new byte[1 << 18];
    for (int read = out.read(buffer); read >= 0; read = out.read(buffer)) {
      sha.update(ByteBuffer.wrap(buffer, 0, read));
    }
  }
}
