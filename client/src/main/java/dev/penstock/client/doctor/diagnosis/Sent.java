package dev.penstock.client.doctor.diagnosis;

/**
 * A request as it was sent.
 *
 * @param host of the URL
 * @param path that was asked for
 * @param headers all of them; the token may be among them
 * @param nonce by which the server's answer to this very request is known
 */
public record Sent(
    boolean isSecure, String host, int port, String path, HeaderFields headers, String nonce) {

  boolean isUpgrade() {
    return headers.has("Upgrade");
  }

  /** The same with its headers left out. */
  @Override
  public String toString() {
    return (isSecure ? "https://" : "http://") + host + ":" + port + path;
  }
}
