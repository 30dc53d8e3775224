package dev.penstock.tunnel.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions that an acceptor can resume, each bound to the tunnel id and the token with which it
 * began: who has learnt a session's id, but not the token, cannot take it over.
 *
 * <p>Sessions leave by themselves when they are over. Any thread.
 */
final class SessionTable {
  /**
   * Sessions that lost their client are held until their resume timeout, so a client that attaches
   * and dies in a loop has many; this is where it ends.
   */
  static final int MAX_SESSIONS_PER_TUNNEL = 256;

  private final Map<SessionId, Entry> entries = new ConcurrentHashMap<>();

  /** The token is kept as a hash, so that no dump of the memory holds it for long. */
  private record Entry(Session session, String tunnelId, String tokenHash) {}

  void add(Session session, String tunnelId, String token) {
    entries.put(session.id(), new Entry(session, tunnelId, hash(token)));
    session.closed().thenRun(() -> entries.remove(session.id()));
  }

  /** True when one more session of this tunnel id would be more than anybody needs. */
  boolean isFull(String tunnelId) {
    return entries.values().stream().filter(entry -> entry.tunnelId.equals(tunnelId)).count()
        >= MAX_SESSIONS_PER_TUNNEL;
  }

  /** The session of this id, if this tunnel id and token may resume it. */
  Optional<Session> find(SessionId id, String tunnelId, String token) {
    Entry entry = entries.get(id);
    return entry != null && entry.tunnelId.equals(tunnelId) && entry.tokenHash.equals(hash(token))
        ? Optional.of(entry.session)
        : Optional.empty();
  }

  private static String hash(String token) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
