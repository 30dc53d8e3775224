package dev.penstock.testing.registry;

/** How a registry lets readers in. */
public sealed interface Access {

  /** Anybody reads. */
  record Anonymous() implements Access {}

  /** A 401 asks for these credentials with every request. */
  record Basic(Credentials credentials) implements Access {}

  /**
   * A 401 points to a token server on the same origin, which gives anybody a token for the scope
   * that was named.
   */
  record AnonymousBearer() implements Access {}

  /** As {@link AnonymousBearer}, and the token server wants these credentials. */
  record Bearer(Credentials credentials) implements Access {}
}
