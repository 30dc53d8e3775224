package dev.penstock.tunnel.websocket.accept;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.List;

/** The answer to a request that did not become a WebSocket. */
record HttpAnswer(String head, String body) {
  static HttpAnswer to(RawClient client, String request) throws IOException {
    client.send(request);
    return read(client);
  }

  static HttpAnswer read(RawClient client) throws IOException {
    return new HttpAnswer(client.readHead(), new String(client.readToEnd(), UTF_8));
  }

  int status() {
    return Integer.parseInt(head.split(" ", 3)[1]);
  }

  JsonObject json() {
    return JsonParser.parseString(body).getAsJsonObject();
  }

  String error() {
    return json().get("error").getAsString();
  }

  List<String> missing() {
    return json().get("missing").getAsJsonArray().asList().stream()
        .map(element -> element.getAsString())
        .toList();
  }
}
