package dev.penstock.tunnel.session;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names of wire protocol version 1, as in {@code proto/README.md}. */
public final class WireProtocol {
  static final String SUBPROTOCOL = "penstock.v1";
  static final String PATH_PREFIX = "/tunnel/v1/";

  /** Which client this is, for people and for telling two clients of one tunnel id apart. */
  static final String INSTANCE = "Penstock-Instance";

  /** The session's id, in the answer; in a request, that of the session to be resumed. */
  static final String SESSION = "Penstock-Session";

  /** Bytes of the session that the sender of this header has received. */
  static final String RECEIVED = "Penstock-Received";

  /** {@link SessionLimits#replayWindowBytes()}, in the answer. */
  static final String REPLAY_WINDOW = "Penstock-Replay-Window";

  /** {@link SessionLimits#maxMessageBytes()}, in the answer; in a request, what is asked for. */
  public static final String MAX_MESSAGE = "Penstock-Max-Message";

  /**
   * {@link SessionLimits#heartbeat()} in milliseconds, in the answer; in a request, what is asked
   * for.
   */
  public static final String HEARTBEAT = "Penstock-Heartbeat";

  static final Pattern TUNNEL_ID = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  static final Pattern INSTANCE_NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  private static final int MAX_COUNT_DIGITS = 18;

  private WireProtocol() {}

  /** The value of {@code Authorization}, if {@code token} can be a token. */
  public static String bearer(String token) {
    if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "the token holds a space, a line break or another character that no token has");
    }
    return "Bearer " + token;
  }

  /** Where the tunnel of this id is dialled at {@code server}. */
  public static URI tunnelUri(URI server, String tunnelId) {
    String base = server.toString();
    String slashless = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    return URI.create(slashless + PATH_PREFIX + tunnelId);
  }

  /** A count of bytes as it stands in headers and control messages; empty when it is none. */
  static Optional<Long> byteCount(String text) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits && text.length() <= MAX_COUNT_DIGITS
        ? Optional.of(Long.parseLong(text))
        : Optional.empty();
  }

  /** The tunnel id in a request's path; empty when the path is not one of ours. */
  static Optional<String> tunnelId(String path) {
    if (!path.startsWith(PATH_PREFIX)) {
      return Optional.empty();
    }
    String id = path.substring(PATH_PREFIX.length());
    return TUNNEL_ID.matcher(id).matches() ? Optional.of(id) : Optional.empty();
  }
}
