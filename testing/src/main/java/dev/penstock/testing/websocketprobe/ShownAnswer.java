package dev.penstock.testing.websocketprobe;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.penstock.tunnel.connection.ForeignText;
import dev.penstock.tunnel.websocket.accept.ShownValue;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * An answer as it may be printed, line by line: the values of headers that say who answered and
 * why, the names of the others, and the body; nothing that looks like a secret.
 */
final class ShownAnswer {
  private static final int MAX_BODY_LINES = 200;

  /** A hash of what the probe itself made up. */
  private static final String ACCEPT = "sec-websocket-accept";

  private static final Set<String> ABOUT_THE_ANSWER =
      Set.of(
          "age",
          "allow",
          "alt-svc",
          "cache-control",
          "content-encoding",
          "content-language",
          "content-type",
          "date",
          "expires",
          "last-modified",
          "location",
          "penstock-server",
          "pragma",
          "proxy-authenticate",
          "retry-after",
          "server",
          "strict-transport-security",
          "vary",
          "www-authenticate",
          "x-cache",
          "x-cache-lookup",
          "x-content-type-options",
          "x-frame-options",
          "x-powered-by",
          "x-served-by",
          "x-squid-error");

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private ShownAnswer() {}

  /** Its headers, in the order of their arrival. */
  static List<String> headers(HttpResponse response) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, String> header : response.headers()) {
      String name = header.getKey();
      lines.add(ForeignText.printable(name) + ": " + value(name, header.getValue()));
    }
    return lines;
  }

  private static String value(String header, String value) {
    String name = header.toLowerCase(Locale.ROOT);
    if (name.equals(ACCEPT)) {
      return ForeignText.printable(value);
    }
    return ABOUT_THE_ANSWER.contains(name)
        ? ShownValue.of(value)
        : ShownValue.ofHeader(name, value);
  }

  /** Its body; JSON on lines of its own, since what one looks for may be far to the right. */
  static List<String> body(String body) {
    return unfolded(body).lines().limit(MAX_BODY_LINES).map(ShownValue::of).toList();
  }

  private static String unfolded(String body) {
    try {
      JsonElement json = JsonParser.parseString(body);
      return json.isJsonObject() ? GSON.toJson(json) : body;
    } catch (JsonParseException e) {
      return body; // a page, or JSON that was cut
    }
  }
}
