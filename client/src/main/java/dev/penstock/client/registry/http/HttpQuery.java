package dev.penstock.client.registry.http;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One GET or HEAD, before redirects.
 *
 * @param headers sent to every origin that a redirect leads to, e.g. Range
 * @param authorization sent to the origin of {@code uri} only; null: none
 */
public record HttpQuery(
    String method, URI uri, Map<String, String> headers, @Nullable String authorization) {

  /** Copies the headers. */
  public HttpQuery {
    headers = Map.copyOf(headers);
  }

  /** The same with another Authorization header, or without one. */
  public HttpQuery authorizedBy(@Nullable String value) {
    return new HttpQuery(method, uri, headers, value);
  }

  HttpQuery redirectedTo(URI target) {
    boolean isSameOrigin = Origin.of(uri).equals(Origin.of(target));
    return new HttpQuery(method, target, headers, isSameOrigin ? authorization : null);
  }

  /** Without path, query and credential. */
  @Override
  public String toString() {
    return method + " " + Origin.of(uri);
  }
}
