package dev.penstock.tunnel.session;

/**
 * Who has been let in.
 *
 * @param principal what the {@link TunnelAuthenticator} made of the token
 */
public record Applicant(String tunnelId, String token, Object principal) {
  /** Leaves the token out. */
  @Override
  public String toString() {
    return tunnelId;
  }
}
