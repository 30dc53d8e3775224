package dev.penstock.tunnel.websocket.dial;

import dev.penstock.tunnel.connection.ForeignText;

/**
 * What answered an upgrade: the server, or a hop in its place.
 *
 * <p>All of it is foreign text: {@link ForeignText#printable} makes it fit to be shown.
 *
 * @param version of HTTP
 * @param body its first bytes, as many as the {@link DialTarget} asks for, read as UTF-8; what has
 *     come of it if the rest did not come in time
 */
public record DialAnswer(
    int status, String reason, String version, ResponseHeaders headers, String body) {

  /** Without headers and body, which may be long. */
  @Override
  public String toString() {
    return version + " " + status + " " + ForeignText.printable(reason);
  }
}
