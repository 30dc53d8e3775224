package dev.penstock.server.auth;

import java.util.Set;

/**
 * Somebody who calls the API, and the tunnels open to them.
 *
 * @param name as in the tokens file; customers see it in {@code penstock-caller}
 * @param tunnels tunnel ids, or {@link #EVERY_TUNNEL} alone
 */
public record Caller(String name, Set<String> tunnels) {
  /** Stands for all tunnels, those to come included. */
  public static final String EVERY_TUNNEL = "*";

  /** Checks the names and keeps a copy of the set. */
  public Caller {
    Identifier.require("caller", name);
    tunnels = Set.copyOf(tunnels);
    if (tunnels.isEmpty()) {
      throw new IllegalArgumentException(
          "a caller needs tunnels; name some, or '" + EVERY_TUNNEL + "' for all");
    }
    if (!tunnels.equals(Set.of(EVERY_TUNNEL))) {
      tunnels.forEach(tunnel -> Identifier.require("tunnel id", tunnel));
    }
  }

  /** Whether calls to this tunnel are allowed. */
  public boolean mayUse(String tunnel) {
    return tunnels.contains(EVERY_TUNNEL) || tunnels.contains(tunnel);
  }
}
