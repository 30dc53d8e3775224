package dev.penstock.client.registry.http;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One GET or HEAD, before redirects, or one POST of a form, which follows none.
 *
 * @param headers sent to every origin that a redirect leads to, e.g. Range
 * @param authorization sent to the origin of {@code uri} only; null: none
 * @param form the body of a POST, in ASCII; a secret. null: none
 */
public record HttpQuery(
    String method,
    URI uri,
    Map<String, String> headers,
    @Nullable String authorization,
    @Nullable String form) {

  /** One without a body. */
  public HttpQuery(
      String method, URI uri, Map<String, String> headers, @Nullable String authorization) {
    this(method, uri, headers, authorization, null);
  }

  /** A POST. */
  public static HttpQuery posting(URI uri, Map<String, String> headers, String form) {
    return new HttpQuery("POST", uri, headers, null, form);
  }

  /** Copies the headers. */
  public HttpQuery {
    headers = Map.copyOf(headers);
  }

  /** The same with another Authorization header, or without one. */
  public HttpQuery authorizedBy(@Nullable String value) {
    return new HttpQuery(method, uri, headers, value, form);
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
