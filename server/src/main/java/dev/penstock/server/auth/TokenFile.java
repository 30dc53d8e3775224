package dev.penstock.server.auth;

import dev.penstock.server.auth.TokenSet.CallerToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/**
 * Adds tokens to a tokens file, and reads it.
 *
 * <p>Any number of processes may add at once: each takes a lock beside the file, and puts a whole
 * new file in place of the old one, so that a reader always sees a complete one. The file is
 * readable by its owner alone.
 */
public final class TokenFile {
  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private TokenFile() {}

  /**
   * Adds a token with which a client may attach under {@code tunnel}.
   *
   * @return the secret, which is stored nowhere
   * @throws IllegalArgumentException when the id or the file's present content is not well-formed
   */
  public static String createTunnelToken(Path file, String tunnel) throws IOException {
    Identifier.require("tunnel id", tunnel);
    String secret = secret("pst_");
    append(file, TokenFormat.line(new TunnelToken(tunnel, SecretHash.of(secret))));
    return secret;
  }

  /**
   * Adds a token with which {@code caller} may use the tunnels, or all for {@link
   * Caller#EVERY_TUNNEL}.
   *
   * @return the secret, which is stored nowhere
   * @throws IllegalArgumentException when a name or the file's present content is not well-formed
   */
  public static String createCallerToken(Path file, String caller, Set<String> tunnels)
      throws IOException {
    Caller entry = new Caller(caller, tunnels);
    String secret = secret("psc_");
    append(file, TokenFormat.line(new CallerToken(entry, SecretHash.of(secret))));
    return secret;
  }

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException with the line, when one is not well-formed
   */
  static TokenSet read(Path file) throws IOException {
    return TokenFormat.parse(Files.readAllLines(file));
  }

  private static void append(Path file, String line) throws IOException {
    try (var lock = FileLock.beside(file)) {
      String old = existing(file);
      TokenFormat.parse(old.lines().toList());
      lock.replace(old.isEmpty() || old.endsWith("\n") ? old + line : old + "\n" + line);
    }
  }

  private static String existing(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return TokenFormat.HEADER;
    }
  }

  /** The prefix tells a person, and a scanner for leaked secrets, what they are looking at. */
  private static String secret(String prefix) {
    byte[] bytes = new byte[SECRET_BYTES];
    RANDOM.nextBytes(bytes);
    return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
