package dev.penstock.tunnel.websocket.dial;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The headers of the answer, by case-insensitive name. */
public final class ResponseHeaders {
  private final TreeMap<String, List<String>> headers =
      new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  ResponseHeaders(Map<String, List<String>> headers) {
    this.headers.putAll(headers);
  }

  public Optional<String> first(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.stream().findFirst();
  }

  Map<String, List<String>> asMap() {
    return headers;
  }
}
