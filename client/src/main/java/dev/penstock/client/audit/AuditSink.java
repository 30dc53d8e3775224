package dev.penstock.client.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Where lines go; asked by one thread at a time. */
@FunctionalInterface
interface AuditSink {
  /**
   * Writes the lines that remain in the buffer, behind all that is there. When it fails, the buffer
   * begins with the first line that is to be written again.
   */
  void append(ByteBuffer lines) throws IOException;

  /** A stream that is not closed; after a failure it goes on at the very byte. */
  static AuditSink stream(WritableByteChannel stream) {
    return lines -> {
      while (lines.hasRemaining()) {
        stream.write(lines);
      }
    };
  }
}
