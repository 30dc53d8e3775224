package dev.penstock.server.auth;

/**
 * A token with which a client attaches under {@code tunnel}: which one it is, without its secret.
 *
 * <p>Two are equal when they are the same line of the tokens file.
 */
public record TunnelToken(String tunnel, SecretHash hash) {
  /** The tunnel only; the hash would tell a reader of logs nothing. */
  @Override
  public String toString() {
    return "TunnelToken[" + tunnel + "]";
  }
}
