package dev.penstock.tunnel.probe;

import java.util.Optional;

/** What a dialer wants to be sent: {@code send <bytes> <message-bytes>}. */
record SendRequest(long bytes, int messageBytes) {
  static final String ACCEPTED =
      "'send' takes two numbers: 1 to %d bytes, in messages of 1 to %d, at most %d of them"
          .formatted(
              ProbeProtocol.MAX_BYTES, ProbeProtocol.MAX_MESSAGE_BYTES, ProbeProtocol.MAX_MESSAGES);

  /** Empty if the numbers are not among those accepted. */
  static Optional<SendRequest> parse(String[] words) {
    if (words.length != 3) {
      return Optional.empty();
    }
    long bytes = number(words[1]);
    long messageBytes = number(words[2]);
    boolean accepted =
        bytes >= 1
            && bytes <= ProbeProtocol.MAX_BYTES
            && messageBytes >= 1
            && messageBytes <= ProbeProtocol.MAX_MESSAGE_BYTES
            && (bytes + messageBytes - 1) / messageBytes <= ProbeProtocol.MAX_MESSAGES;
    return accepted ? Optional.of(new SendRequest(bytes, (int) messageBytes)) : Optional.empty();
  }

  /** Of up to nine digits; 0, which is never accepted, for anything else. */
  private static long number(String text) {
    return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
  }
}
