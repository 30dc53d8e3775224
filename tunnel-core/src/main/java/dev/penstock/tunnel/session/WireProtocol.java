package dev.penstock.tunnel.session;

import java.util.Optional;
import java.util.regex.Pattern;

/** The names of wire protocol version 1, as in {@code proto/README.md}. */
final class WireProtocol {
  static final String SUBPROTOCOL = "penstock.v1";
  static final String PATH_PREFIX = "/tunnel/v1/";

  /** Which client this is, for people and for telling two clients of one tunnel id apart. */
  static final String INSTANCE = "Penstock-Instance";

  /** The session's id, in the answer. */
  static final String SESSION = "Penstock-Session";

  /** Bytes of the session that the acceptor has received, in the answer. */
  static final String RECEIVED = "Penstock-Received";

  /** {@link SessionLimits#replayWindowBytes()}, in the answer. */
  static final String REPLAY_WINDOW = "Penstock-Replay-Window";

  /** {@link SessionLimits#maxMessageBytes()}, in the answer. */
  static final String MAX_MESSAGE = "Penstock-Max-Message";

  /** {@link SessionLimits#heartbeat()} in milliseconds, in the answer. */
  static final String HEARTBEAT = "Penstock-Heartbeat";

  static final Pattern TUNNEL_ID = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  static final Pattern INSTANCE_NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  private WireProtocol() {}

  /** The tunnel id in a request's path; empty when the path is not one of ours. */
  static Optional<String> tunnelId(String path) {
    if (!path.startsWith(PATH_PREFIX)) {
      return Optional.empty();
    }
    String id = path.substring(PATH_PREFIX.length());
    return TUNNEL_ID.matcher(id).matches() ? Optional.of(id) : Optional.empty();
  }
}
