package dev.penstock.tunnel.session;

import dev.penstock.tunnel.connection.ForeignText;
import java.util.Optional;

/**
 * The control messages of the wire protocol: text messages of one verb each.
 *
 * <p>A verb that this version does not know is ignored, so that versions may differ.
 */
sealed interface ControlMessage {

  /** {@code ack N}: the sender has consumed {@code bytes} bytes of the session in all. */
  record Ack(long bytes) implements ControlMessage {
    @Override
    public String toString() {
      return "ack " + bytes;
    }
  }

  /** {@code drain REASON}: the sender asks for no more new work; what is under way goes on. */
  record Drain(String reason) implements ControlMessage {
    private static final int MAX_CHARS = 256;

    public Drain {
      reason = reason.length() > MAX_CHARS ? reason.substring(0, MAX_CHARS) : reason;
    }

    @Override
    public String toString() {
      return "drain " + reason;
    }
  }

  /**
   * Reads a message.
   *
   * @return empty for an unknown verb
   * @throws IllegalArgumentException for a known verb with an argument that makes no sense
   */
  static Optional<ControlMessage> parse(String text) {
    int space = text.indexOf(' ');
    String verb = space < 0 ? text : text.substring(0, space);
    String argument = space < 0 ? "" : text.substring(space + 1);
    return switch (verb) {
      case "ack" -> Optional.of(new Ack(count(argument)));
      case "drain" -> Optional.of(new Drain(ForeignText.printable(argument)));
      default -> Optional.empty();
    };
  }

  private static long count(String argument) {
    return WireProtocol.byteCount(argument)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + ForeignText.printable(argument) + "' is not a byte count"));
  }
}
