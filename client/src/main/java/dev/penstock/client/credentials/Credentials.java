package dev.penstock.client.credentials;

/** What to show to a registry. Its text names the place where it was found and never a secret. */
public sealed interface Credentials {
  /** Where it was found, for messages: {@code auths in /…/config.json}, or a helper's name. */
  String place();

  /**
   * Nothing: the registry is used anonymously.
   *
   * @param place where nothing was found
   */
  record None(String place) implements Credentials {}

  /** For Basic, at the registry or at its token server. */
  record UserPassword(String username, String password, String place) implements Credentials {
    @Override
    public String toString() {
      return "a user name and a password from " + place;
    }
  }

  /** An OAuth 2 refresh token: the registry's token server gives access tokens for it. */
  record IdentityToken(String token, String place) implements Credentials {
    @Override
    public String toString() {
      return "an identity token from " + place;
    }
  }

  /** A bearer token that the registry takes as it is ({@code registrytoken}). */
  record RegistryToken(String token, String place) implements Credentials {
    @Override
    public String toString() {
      return "a registry token from " + place;
    }
  }
}
