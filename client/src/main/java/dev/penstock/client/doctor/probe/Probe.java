package dev.penstock.client.doctor.probe;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A line to the server that takes the way of a tunnel and carries no session: what the layers above
 * the upgrade try the path with. Any thread; every future fails with a {@link ProbeException} and
 * with nothing else. Whoever opens it closes it.
 */
public interface Probe extends AutoCloseable {
  /** What the server saw of the request, as JSON; empty when it did not say. */
  String arrived();

  /** The largest binary message that a tunnel would get, as the server said; 0: it did not say. */
  int maxMessageBytes();

  /**
   * One binary message of this size there and back; completes with how long that took. One at a
   * time; a line on which one was too late is closed.
   */
  CompletableFuture<Duration> echo(int bytes, Duration limit);

  /**
   * Sends that much in messages of that size, or what can be sent before the time is up; completes
   * with what the server has counted.
   */
  CompletableFuture<Passed> up(long bytes, int messageBytes, Duration limit);

  /** The same, from the server to here. */
  CompletableFuture<Passed> down(long bytes, int messageBytes, Duration limit);

  /** Completes when the line has ended, for whatever reason; never fails. */
  CompletableFuture<Ended> ended();

  @Override
  void close();

  /** What went through, and how long that took. */
  record Passed(long bytes, Duration took) {
    public double bytesPerSecond() {
      return bytes / Math.max(1e-6, took.toNanos() / 1e9);
    }
  }

  /**
   * How a line ended.
   *
   * @param code of the close frame (RFC 6455 §7.4); 1006 when there was none
   * @param reason as the peer gave it
   */
  record Ended(int code, String reason) {
    private static final int ABNORMAL = 1006;

    /** One that nobody closed, and that does not answer. */
    public static final Ended SILENTLY = new Ended(ABNORMAL, "");

    /** Whether it was not the server that wanted it so: our server always says why. */
    public boolean isCut() {
      return code == ABNORMAL || reason.isEmpty();
    }

    @Override
    public String toString() {
      return code == ABNORMAL
          ? "without a close frame"
          : "by a close frame with code " + code + (isCut() ? "" : " (" + reason + ")");
    }
  }
}
