package dev.penstock.tunnel.session;

/** A fresh carrier led to where the session is not known; the session keeps the one that it has. */
final class ElsewhereException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  ElsewhereException() {
    super(
        "the session is not known where a fresh connection leads: to another server, or the token"
            + " was replaced; it stays on its old connection");
  }
}
