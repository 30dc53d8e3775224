package dev.penstock.client.credentials;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of a helper, on the calling thread, bounded in time and output.
 *
 * <p>Its pipes are looked at as often as every 10 ms, and never waited for: a child that outlives
 * its helper holds them open, and nothing wakes a thread that is blocked on such a pipe.
 */
final class HelperProcess {
  private static final long LOOK_EVERY_MILLIS = 10;
  private static final int MAX_ERROR_BYTES = 8 << 10;

  private final HelperRequest request;
  private final Process process;
  private final CredentialOptions options;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private HelperProcess(HelperRequest request, Process process, CredentialOptions options) {
    this.request = request;
    this.process = process;
    this.options = options;
  }

  /** What a helper answers; interrupted, it kills the helper and fails. */
  static HelperOutput run(HelperRequest request, HelperPrograms programs, CredentialOptions options)
      throws CredentialsException {
    return new HelperProcess(request, programs.start(request), options).run();
  }

  private HelperOutput run() throws CredentialsException {
    try {
      ask();
      awaitExit(options.helperTimeout());
      return new HelperOutput(
          process.exitValue(),
          out.toString(StandardCharsets.UTF_8),
          err.toString(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was stopped, since the client is shutting down");
    } catch (IOException e) {
      throw e instanceof CredentialsException known ? known : failure("could not be read");
    } finally {
      if (process.isAlive()) {
        kill(process.toHandle());
      }
    }
  }

  /** Fits into any pipe, so this does not wait for the helper to read. */
  private void ask() {
    try (OutputStream in = process.getOutputStream()) {
      in.write(request.server().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It has not read to the end; what it answers counts.
    }
  }

  private void awaitExit(Duration timeout) throws IOException, InterruptedException {
    long start = System.nanoTime();
    boolean hasExited;
    do {
      hasExited = process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
      take(process.getInputStream(), out, options.maxHelperOutputBytes() + 1);
      take(process.getErrorStream(), err, MAX_ERROR_BYTES);
      if (out.size() > options.maxHelperOutputBytes()) {
        throw failure(
            "was killed: it wrote more than %d bytes".formatted(options.maxHelperOutputBytes()));
      }
      if (!hasExited && System.nanoTime() - start >= timeout.toNanos()) {
        throw failure("was killed: it had not answered after " + timeout.toMillis() + " ms");
      }
    } while (!hasExited);
  }

  /** What is there, up to this many bytes in all; the rest is thrown away. */
  private static void take(InputStream from, ByteArrayOutputStream into, int limit)
      throws IOException {
    int ready = from.available();
    if (ready > 0) {
      byte[] bytes = from.readNBytes(ready);
      into.write(bytes, 0, Math.min(bytes.length, limit - into.size()));
    }
  }

  /** From the top: whoever is dead starts no further child. */
  private static void kill(ProcessHandle handle) {
    List<ProcessHandle> children = handle.children().toList();
    handle.destroyForcibly();
    children.forEach(HelperProcess::kill);
  }

  private CredentialsException failure(String what) {
    return new CredentialsException(
        "%s, asked for '%s', %s".formatted(request.program(), request.server(), what));
  }
}
