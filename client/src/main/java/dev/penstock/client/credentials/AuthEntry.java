package dev.penstock.client.credentials;

import com.google.gson.JsonObject;
import dev.penstock.client.credentials.Credentials.IdentityToken;
import dev.penstock.client.credentials.Credentials.RegistryToken;
import dev.penstock.client.credentials.Credentials.UserPassword;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** One entry of {@code auths}, with the fields of docker/cli's types.AuthConfig. */
final class AuthEntry {
  private AuthEntry() {}

  /**
   * The strongest that the entry has: a registry token, an identity token, a user with a password.
   * Empty: nothing, which is what Docker leaves behind where a helper keeps the credentials.
   *
   * @param what the entry's name, for messages
   */
  static Optional<Credentials> read(String what, JsonObject entry, String place)
      throws CredentialsException {
    String registryToken = StrictJson.string(what, entry, "registrytoken");
    if (!registryToken.isEmpty()) {
      return Optional.of(new RegistryToken(sendable(what, registryToken), place));
    }
    String identityToken = StrictJson.string(what, entry, "identitytoken");
    if (!identityToken.isEmpty()) {
      return Optional.of(new IdentityToken(identityToken, place));
    }
    String auth = StrictJson.string(what, entry, "auth");
    if (!auth.isBlank()) {
      return Optional.of(decode(what, auth, place));
    }
    String username = StrictJson.string(what, entry, "username");
    String password = StrictJson.string(what, entry, "password");
    if (username.isEmpty() && password.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(userPassword(what, username, password, place));
  }

  /** A user name that Basic can carry (RFC 7617 §2), with its password. */
  static Credentials userPassword(String what, String username, String password, String place)
      throws CredentialsException {
    if (username.isEmpty() || username.indexOf(':') >= 0) {
      throw new CredentialsException(what + ": the user name is empty or has a ':'");
    }
    return new UserPassword(username, password, place);
  }

  private static Credentials decode(String what, String auth, String place)
      throws CredentialsException {
    String pair;
    try {
      byte[] bytes = Base64.getDecoder().decode(auth.replaceAll("\\s", ""));
      pair = new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new CredentialsException(what + ": 'auth' is not base64");
    }
    int colon = pair.indexOf(':');
    if (colon <= 0) {
      throw new CredentialsException(what + ": 'auth' is not the base64 of user:password");
    }
    // Old versions of Docker padded it with NUL; docker/cli (decodeAuth) still takes that off.
    String password = pair.substring(colon + 1).replaceAll("^\0+|\0+$", "");
    return new UserPassword(pair.substring(0, colon), password, place);
  }

  private static String sendable(String what, String token) throws CredentialsException {
    if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new CredentialsException(what + ": 'registrytoken' is not printable ASCII");
    }
    return token;
  }
}
