package dev.penstock.tunnel.websocket.dial;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The headers of the answer, by case-insensitive name. Immutable. */
public final class ResponseHeaders {
  private final TreeMap<String, List<String>> headers =
      new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  ResponseHeaders(Map<String, List<String>> headers) {
    headers.forEach((name, values) -> this.headers.put(name, List.copyOf(values)));
  }

  public Optional<String> first(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.stream().findFirst();
  }

  /** All of them, by name whatever its case, each with its values in the order of the wire. */
  public Map<String, List<String>> asMap() {
    return Collections.unmodifiableMap(headers);
  }
}
