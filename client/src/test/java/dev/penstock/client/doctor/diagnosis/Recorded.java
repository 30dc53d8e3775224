package dev.penstock.client.doctor.diagnosis;

import java.util.ArrayList;
import java.util.List;

/** Requests and answers as they are on the wire. */
final class Recorded {
  static final String NONCE = "0123456789abcdef";
  static final String PATH = "/tunnel/v1/acme";

  private Recorded() {}

  static Sent plain() {
    return sent(true, "User-Agent", "doctor");
  }

  static Sent upgrade() {
    return sent(true, upgradeHeaders());
  }

  static Sent upgradeInTheClear() {
    return sent(false, upgradeHeaders());
  }

  private static String[] upgradeHeaders() {
    return new String[] {
      "Upgrade", "websocket",
      "Connection", "Upgrade",
      "Sec-WebSocket-Version", "13",
      "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Protocol", "penstock.probe.v1",
      "Authorization", "Bearer secret"
    };
  }

  private static Sent sent(boolean isSecure, String... headers) {
    return new Sent(
        isSecure, "tunnel.example.com", isSecure ? 443 : 80, PATH, HeaderFields.of(headers), NONCE);
  }

  /** Lines of a head, an empty one, and the body. */
  static Answer.Http answer(String raw) {
    List<String> lines = raw.lines().toList();
    int end = lines.indexOf("");
    List<String> head = end < 0 ? lines : lines.subList(0, end);
    String[] status = head.get(0).split(" ", 3);
    List<HeaderFields.Field> fields = new ArrayList<>();
    for (String line : head.subList(1, head.size())) {
      int colon = line.indexOf(':');
      fields.add(
          new HeaderFields.Field(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    String body = end < 0 ? "" : String.join("\n", lines.subList(end + 1, lines.size()));
    return new Answer.Http(
        status[0],
        Integer.parseInt(status[1]),
        status.length > 2 ? status[2] : "",
        new HeaderFields(fields),
        body);
  }

  /** The server's 101, with these lines beside those that it needs. */
  static Answer.Http switched(String lines) {
    return answer(
        """
        HTTP/1.1 101 Switching Protocols
        Penstock-Server: 1.0
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
        %s
        """
            .formatted(lines));
  }

  /** The server's refusal of a request that came with these headers, names and values in turn. */
  static Answer.Http refusal(String version, String path, String... headers) {
    return answer(
        """
        HTTP/1.1 426 Upgrade Required
        Penstock-Server: 1.0
        Penstock-Probe: %s
        Content-Type: application/json

        %s"""
            .formatted(NONCE, body(version, path, headers)));
  }

  static String body(String version, String path, String... headers) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      shown.append(i == 0 ? "" : ",");
      shown.append("\"%s\":\"%s\"".formatted(headers[i], headers[i + 1]));
    }
    return """
        {"answered_by":"penstock-server","error":"e","hint":"h","arrived":{"method":"GET",\
        "version":"%s","path":"%s","peer":"/10.0.0.7:4711","tls":false,"headers":{%s}},\
        "missing":["header Upgrade: websocket"]}"""
        .formatted(version, path, shown);
  }
}
