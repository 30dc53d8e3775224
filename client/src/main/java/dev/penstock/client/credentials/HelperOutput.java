package dev.penstock.client.credentials;

import com.google.gson.JsonObject;
import dev.penstock.client.credentials.Credentials.IdentityToken;
import dev.penstock.client.credentials.Credentials.None;

/**
 * What a helper left behind: the protocol of docker/docker-credential-helpers.
 *
 * @param out may hold secrets, and is quoted nowhere
 */
record HelperOutput(int exitCode, String out, String err) {
  /** What all helpers say on standard output, with exit code 1 (credentials/error.go). */
  private static final String NOT_FOUND = "credentials not found in native keychain";

  private static final String IS_TOKEN = "<token>";

  /** The answer to a request. */
  Credentials answer(HelperRequest request) throws CredentialsException {
    String what = "%s, asked for '%s'".formatted(request.program(), request.server());
    if (exitCode != 0) {
      if (out.strip().equals(NOT_FOUND)) {
        return new None(request.program());
      }
      throw new CredentialsException(what + ", " + failure(request));
    }
    JsonObject json = StrictJson.object("the answer of " + what + ",", out);
    String username = StrictJson.string(what, json, "Username");
    String secret = StrictJson.string(what, json, "Secret");
    return credentials(what, username, secret, request.program());
  }

  private static Credentials credentials(String what, String username, String secret, String place)
      throws CredentialsException {
    if (username.isEmpty() && secret.isEmpty()) {
      return new None(place);
    }
    if (secret.isEmpty()) {
      throw new CredentialsException(what + ": it answers a user name without a secret");
    }
    return username.equals(IS_TOKEN)
        ? new IdentityToken(secret, place)
        : AuthEntry.userPassword(what, username, secret, place);
  }

  private String failure(HelperRequest request) {
    String said = CredentialsException.printable(err);
    return "ended with %d%s; to see why, run: echo '%s' | %s get"
        .formatted(
            exitCode, said.isEmpty() ? "" : ": " + said, request.server(), request.program());
  }

  @Override
  public String toString() {
    return "HelperOutput[exitCode=" + exitCode + "]";
  }
}
