package dev.penstock.server.access;

/**
 * What a call asks for, in the caller's own words; empty where it says nothing.
 *
 * @param tunnel the tunnel id
 * @param registry the client's name for one of its registries
 * @param repository the repository's name
 * @param reference a tag or a digest
 */
public record Target(String tunnel, String registry, String repository, String reference) {
  /** A call of which nothing is known yet. */
  public static final Target UNKNOWN = ofTunnel("");

  /** A call of which nothing but the tunnel is known. */
  public static Target ofTunnel(String tunnel) {
    return new Target(tunnel, "", "", "");
  }
}
