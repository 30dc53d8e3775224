package dev.penstock.server;

import dev.penstock.server.cli.ServerCommandLine;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The program {@code penstock-server}. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    // gRPC logs through java.util.logging.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(List.of(arguments), System.getenv(), out, err));
  }

  static int run(
      List<String> arguments, Map<String, String> environment, PrintWriter out, PrintWriter err) {
    return new ServerCommandLine(new RunCommand(), out, err).execute(arguments, environment);
  }
}
