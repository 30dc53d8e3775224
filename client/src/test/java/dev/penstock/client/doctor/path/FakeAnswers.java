package dev.penstock.client.doctor.path;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.stream.Collectors;

/** What a server, and hops before it, answer. */
final class FakeAnswers {
  private FakeAnswers() {}

  /** The server's own, to a request with this head. */
  static String ofServer(int status, String head) {
    String body = body(head);
    return """
        HTTP/1.1 %d Whatever\r
        Penstock-Server: 1.2.3\r
        Penstock-Probe: %s\r
        Content-Length: %d\r
        \r
        %s"""
        .formatted(status, FakePeer.header(head, "Penstock-Probe"), body.length(), body);
  }

  /** The server's 101, and then these messages. */
  static String switched(String head, String... messages) {
    StringBuilder answer =
        new StringBuilder(
            """
            HTTP/1.1 101 Switching Protocols\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Accept: %s\r
            Sec-WebSocket-Protocol: penstock.probe.v1\r
            Penstock-Server: 1.2.3\r
            Penstock-Probe: %s\r
            \r
            """
                .formatted(
                    accept(FakePeer.header(head, "Sec-WebSocket-Key")),
                    FakePeer.header(head, "Penstock-Probe")));
    for (String message : messages) {
      answer.append('\u0081').append('~');
      answer.append((char) (message.length() >> 8)).append((char) (message.length() & 0xff));
      answer.append(message);
    }
    return answer.toString();
  }

  /** RFC 6455 §4.2.2. */
  private static String accept(String key) {
    try {
      byte[] text =
          (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  static String page(int status, String headers, String html) {
    return "HTTP/1.1 %d Whatever\r\n%sContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(status, headers, html.length(), html);
  }

  static String body(String head) {
    return "{\"answered_by\":\"penstock-server\",\"arrived\":" + arrived(head) + ",\"missing\":[]}";
  }

  /** What the server says of a request: names, and the values of those that are no secret. */
  static String arrived(String head) {
    String headers =
        head.lines()
            .skip(1)
            .filter(line -> !line.isEmpty())
            .map(line -> line.split(": ", 2))
            .map(field -> "\"%s\":\"%s\"".formatted(field[0], shown(field[0], field[1])))
            .collect(Collectors.joining(","));
    String[] line = head.lines().findFirst().orElseThrow().split(" ", 3);
    return "{\"method\":\"GET\",\"version\":\"%s\",\"path\":\"%s\",\"peer\":\"/127.0.0.1:9\","
            .formatted(line[2], line[1])
        + "\"tls\":false,\"headers\":{%s}}".formatted(headers);
  }

  private static String shown(String name, String value) {
    return name.equals("Authorization") || name.equals("Sec-WebSocket-Key") ? "(not shown)" : value;
  }
}
