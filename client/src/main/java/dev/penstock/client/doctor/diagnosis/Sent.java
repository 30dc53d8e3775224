package dev.penstock.client.doctor.diagnosis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

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

  /** Of WebSockets (RFC 6455 §1.3). */
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  public boolean isUpgrade() {
    return headers.has("Upgrade");
  }

  /** {@code host:port}, as a URL has it. */
  String authority() {
    return hostInUrl() + ":" + port;
  }

  /** An IPv6 address in brackets. */
  String hostInUrl() {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  /** What {@code Sec-WebSocket-Accept} has to be (RFC 6455 §4.2.2). */
  String accept() {
    String key = headers.first("Sec-WebSocket-Key").orElse("");
    try {
      byte[] text = (key + GUID).getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has it", e);
    }
  }

  /** The same with its headers left out. */
  @Override
  public String toString() {
    return (isSecure ? "https://" : "http://") + authority() + path;
  }
}
