package dev.penstock.client.cli;

import ch.qos.logback.classic.LoggerContext;
import dev.penstock.client.PenstockClient;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process on SIGTERM or SIGINT: detaches the client in order, and exits with {@link
 * ExitCode#OK}. Without this the JVM would exit with 143, which service managers take for a
 * failure.
 */
final class Ending {
  private static final Logger log = LoggerFactory.getLogger(Ending.class);

  private Ending() {}

  /** From now on; nothing but a signal may end the process after this. */
  static void onSignal(PenstockClient client) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(client), "penstock-shutdown"));
  }

  private static void end(PenstockClient client) {
    ExitCode exitCode = ExitCode.FAILED;
    try {
      log.info("told to end; detaching");
      client.close();
      log.info("ended");
      exitCode = ExitCode.OK;
    } catch (RuntimeException e) {
      log.error("could not detach in order", e);
    } finally {
      flushLogs();
      // The code of a JVM that ends by a signal is set by no other means. There are no other hooks
      // to wait for: whatever has to be written, the client's close has written.
      Runtime.getRuntime().halt(exitCode.code());
    }
  }

  private static void flushLogs() {
    ILoggerFactory loggers = LoggerFactory.getILoggerFactory();
    if (loggers instanceof LoggerContext logback) {
      logback.stop();
    }
  }
}
