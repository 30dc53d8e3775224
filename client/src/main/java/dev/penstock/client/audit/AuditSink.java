package dev.penstock.client.audit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where lines go. */
@FunctionalInterface
interface AuditSink {
  /** Writes whole lines, behind all that is there; on an exception, perhaps a part of them. */
  void append(String lines) throws IOException;

  /**
   * The end of a file, which is opened anew each time: a file that was moved away, as log rotation
   * does, is simply there again.
   */
  static AuditSink file(Path file) {
    return lines ->
        Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** A stream that is not closed. */
  static AuditSink stream(PrintStream stream) {
    return lines -> {
      byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
      stream.write(bytes, 0, bytes.length);
      if (stream.checkError()) {
        throw new IOException("the stream is closed");
      }
    };
  }
}
