package dev.penstock.testing.report;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Steps, each printed as it ends: {@code PASS tcp 0.3 ms 127.0.0.1:8080}. One thread. */
public final class Steps {
  private static final double SHORT_MILLIS = 10;

  private final PrintWriter out;

  /** Prints to this writer, which stays the caller's. */
  public Steps(PrintWriter out) {
    this.out = out;
  }

  /** What is tried in a step. */
  public interface Step<T> {
    /** Tries it. */
    T run() throws StepFailedException, InterruptedException;
  }

  /** Puts what a step gave into words. */
  public interface Words<T> {
    /** What was seen: the rest of the line, and lines below it. */
    List<String> of(T seen);
  }

  /**
   * Takes a step and prints how it went.
   *
   * @throws StepFailedException when it failed, once that is printed
   */
  public <T> T take(String name, Step<T> step, Words<T> words)
      throws StepFailedException, InterruptedException {
    long begun = System.nanoTime();
    try {
      T seen = step.run();
      List<String> said = words.of(seen);
      print("PASS", name, begun, said.get(0), said.subList(1, said.size()));
      return seen;
    } catch (StepFailedException e) {
      print("FAIL", name, begun, String.valueOf(e.getMessage()), e.details());
      throw e;
    }
  }

  /** Says why a step is not taken. */
  public void skip(String name, String why) {
    out.printf("SKIP  %-10s %10s  %s%n", name, "", why);
    out.flush();
  }

  private void print(
      String verdict, String name, long begunNanos, String said, List<String> details) {
    String time = millis(System.nanoTime() - begunNanos);
    out.printf("%s  %-10s %10s  %s%n", verdict, name, time, said);
    details.forEach(line -> out.println("      | " + line));
    out.flush();
  }

  /** A time as people read it. */
  public static String millis(long nanos) {
    double millis = nanos / (double) TimeUnit.MILLISECONDS.toNanos(1);
    String form = millis < SHORT_MILLIS ? "%.1f ms" : "%,.0f ms";
    return String.format(Locale.ROOT, form, millis);
  }
}
