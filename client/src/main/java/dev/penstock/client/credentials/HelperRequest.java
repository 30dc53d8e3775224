package dev.penstock.client.credentials;

import java.util.regex.Pattern;

/**
 * A question to a credential helper: who has credentials for this server?
 *
 * @param program the name of the program, without a path
 * @param server Docker's key of the registry
 */
record HelperRequest(String program, String server) {
  private static final String PREFIX = "docker-credential-";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  /**
   * A question to the helper that a file calls by this name.
   *
   * @param where the file and its member, for messages
   */
  static HelperRequest of(String name, RegistryHost registry, String where)
      throws CredentialsException {
    if (!NAME.matcher(name).matches()) {
      throw new CredentialsException(
          "%s: a helper's name is of A-Z, a-z, 0-9, '.', '_' and '-', without a path; this is '%s'"
              .formatted(where, CredentialsException.printable(name)));
    }
    return new HelperRequest(PREFIX + name, registry.dockerKey());
  }
}
