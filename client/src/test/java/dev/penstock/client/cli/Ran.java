package dev.penstock.client.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import picocli.CommandLine;

/** What a command said, and how it ended. */
record Ran(int code, String out, String err) {

  static Ran with(Map<String, String> environment, String in, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine(environment, new ByteArrayInputStream(in.getBytes(UTF_8)))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int code = commandLine.execute(arguments);
    return new Ran(code, out.toString(), err.toString());
  }

  static Ran with(String... arguments) {
    return with(Map.of(), "", arguments);
  }
}
