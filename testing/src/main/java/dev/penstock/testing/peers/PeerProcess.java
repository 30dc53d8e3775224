package dev.penstock.testing.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A child process whose output goes to a file and is watched for one line.
 *
 * <p>Nobody polls: the thread that copies the output completes a future when the line came, or when
 * the output ended without it. Closing asks the process to end, then kills it, by its own handle,
 * and with it whatever it has started.
 */
public final class PeerProcess implements AutoCloseable {
  private static final Duration END_BOUND = Duration.ofSeconds(10);
  private static final int TAIL_LINES = 20;

  private final String name;
  private final Process process;
  private final Path output;
  private final Pattern awaited;
  private final CompletableFuture<Matcher> seen = new CompletableFuture<>();
  private final Thread copier;

  @GuardedBy("this")
  private int matches;

  @GuardedBy("this")
  private boolean isOutputEnded;

  private PeerProcess(
      List<String> command, Path output, Pattern awaited, Map<String, String> environment)
      throws IOException {
    this.name = Path.of(command.get(0)).getFileName().toString();
    this.output = output;
    this.awaited = awaited;
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    this.process = builder.start();
    this.copier = new Thread(this::copyOutput, "output-of-" + name);
    copier.setDaemon(true);
    copier.start();
  }

  /**
   * Starts a process.
   *
   * @param output the file that gets its standard output and error
   * @param awaited the line that {@link #await} waits for; a part of the line is enough
   */
  public static PeerProcess start(List<String> command, Path output, Pattern awaited)
      throws IOException {
    return start(command, output, awaited, Map.of());
  }

  /** As {@link #start(List, Path, Pattern)}, with these variables besides those of this process. */
  public static PeerProcess start(
      List<String> command, Path output, Pattern awaited, Map<String, String> environment)
      throws IOException {
    return new PeerProcess(command, output, awaited, environment);
  }

  /** Runs a process to its end, and throws with its last lines unless it ended well. */
  public static void run(List<String> command, Path output, Duration bound)
      throws IOException, InterruptedException {
    Pattern never = Pattern.compile("(?!)");
    try (PeerProcess running = start(command, output, never)) {
      int code = running.awaitEnd(bound);
      if (code != 0) {
        throw running.failure("ended with code " + code, null);
      }
    }
  }

  private void copyOutput() {
    try (BufferedReader from = process.inputReader(UTF_8);
        BufferedWriter to = Files.newBufferedWriter(output, UTF_8)) {
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        to.write(line);
        to.newLine();
        to.flush();
        Matcher matcher = awaited.matcher(line);
        if (matcher.find()) {
          seen.complete(matcher);
          countMatch();
        }
      }
      seen.completeExceptionally(new IOException("its output ended"));
    } catch (IOException e) {
      seen.completeExceptionally(e);
    } finally {
      endOutput();
    }
  }

  /** Wakes {@link #awaitMatches}, whose line this may be. */
  private synchronized void countMatch() {
    matches++;
    notifyAll();
  }

  /** Wakes {@link #awaitMatches}, whose line will not come. */
  private synchronized void endOutput() {
    isOutputEnded = true;
    notifyAll();
  }

  /**
   * Waits for the awaited line.
   *
   * @return how it matched
   * @throws IOException with the last lines of the output if the process ended or took too long
   */
  public Matcher await(Duration bound) throws IOException, InterruptedException {
    try {
      return seen.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failure("ended without saying /" + awaited + "/", e.getCause());
    } catch (TimeoutException e) {
      throw failure("did not say /" + awaited + "/ within " + bound, e);
    }
  }

  /** How often the awaited line has come so far. */
  public synchronized int matches() {
    return matches;
  }

  /**
   * Waits until the awaited line has come so many times in all.
   *
   * @throws IOException with the last lines of the output if the process ended or took too long
   */
  public void awaitMatches(int count, Duration bound) throws IOException, InterruptedException {
    if (!matchedWithin(count, bound)) {
      throw failure("did not say /" + awaited + "/ for the time no. " + count, null);
    }
  }

  private synchronized boolean matchedWithin(int count, Duration bound)
      throws InterruptedException {
    long deadline = System.nanoTime() + bound.toNanos();
    while (matches < count && !isOutputEnded) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return matches >= count;
  }

  /**
   * Sends it a signal.
   *
   * @param signal its name, as {@code HUP}
   */
  public void signal(String signal) throws IOException, InterruptedException {
    if (!process.isAlive()) {
      throw failure("has ended, and cannot be sent SIG" + signal, null);
    }
    Process kill =
        new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid())).inheritIO().start();
    if (!kill.waitFor(END_BOUND.toMillis(), TimeUnit.MILLISECONDS) || kill.exitValue() != 0) {
      throw failure("could not be sent SIG" + signal, null);
    }
  }

  /**
   * Waits until it has ended, with its output written.
   *
   * @return its exit code
   * @throws IOException with the last lines of the output if it took too long
   */
  public int awaitEnd(Duration bound) throws IOException, InterruptedException {
    if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
      throw failure("did not end within " + bound, null);
    }
    copier.join(END_BOUND.toMillis());
    return process.exitValue();
  }

  private IOException failure(String what, @Nullable Throwable cause) throws IOException {
    List<String> lines = Files.exists(output) ? Files.readAllLines(output, UTF_8) : List.of();
    List<String> tail = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    return new IOException(name + " " + what + "; its output: " + String.join("\n", tail), cause);
  }

  /** The process's id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Ends the process as {@code kill -9} does; waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    copier.join(END_BOUND.toMillis());
  }

  /** Ends the process, and what it has started and left; waits until it is gone. */
  @Override
  public void close() {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(END_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
      started.forEach(ProcessHandle::destroyForcibly);
      copier.join(END_BOUND.toMillis());
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
