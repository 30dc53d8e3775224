package dev.penstock.testing.e2e;

import java.util.List;

/** What clients in this process log, from its opening to its closing. */
final class ClientLog implements AutoCloseable {
  /** Where all of a client's loggers are. */
  static final String LOGGER = "dev.penstock.client";

  private final LogCapture capture = LogCapture.of(LOGGER);

  private ClientLog() {}

  static ClientLog open() {
    return new ClientLog();
  }

  /** Waits for a line that has all of these phrases, and returns it. */
  String await(String... phrases) throws InterruptedException {
    return capture.await(phrases);
  }

  /** All lines so far. */
  List<String> lines() {
    return capture.lines();
  }

  @Override
  public void close() {
    capture.close();
  }
}
