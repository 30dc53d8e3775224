package dev.penstock.client.registry.http;

import dev.penstock.client.names.CallIds;
import dev.penstock.client.names.TraceContext;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One GET or HEAD, before redirects, or one POST of a form, which follows none.
 *
 * @param headers sent to every origin that a redirect leads to, e.g. Range
 * @param authorization sent to the origin of {@code uri} only; null: none
 * @param form the body of a POST, in ASCII; a secret. null: none
 * @param trace sent to the origin of {@code uri} only, as whom the customer has chosen to ask; a
 *     store that it redirects to need not be told whose trace it is in. null: none
 */
public record HttpQuery(
    String method,
    URI uri,
    Map<String, String> headers,
    @Nullable String authorization,
    @Nullable String form,
    @Nullable TraceContext trace) {

  /** One without a body. */
  public HttpQuery(
      String method, URI uri, Map<String, String> headers, @Nullable String authorization) {
    this(method, uri, headers, authorization, null, null);
  }

  /** A POST. */
  public static HttpQuery posting(URI uri, Map<String, String> headers, String form) {
    return new HttpQuery("POST", uri, headers, null, form, null);
  }

  /** Copies the headers. */
  public HttpQuery {
    headers = Map.copyOf(headers);
  }

  /** The same with another Authorization header, or without one. */
  public HttpQuery authorizedBy(@Nullable String value) {
    return new HttpQuery(method, uri, headers, value, form, trace);
  }

  /** The same within that call's trace, if it has one. */
  HttpQuery within(@Nullable CallIds call) {
    TraceContext itsTrace = call == null ? null : call.trace();
    return new HttpQuery(method, uri, headers, authorization, form, itsTrace);
  }

  HttpQuery redirectedTo(URI target) {
    boolean isSameOrigin = Origin.of(uri).equals(Origin.of(target));
    return isSameOrigin
        ? new HttpQuery(method, target, headers, authorization, null, trace)
        : new HttpQuery(method, target, headers, null);
  }

  /** Without path, query and credential. */
  @Override
  public String toString() {
    return method + " " + Origin.of(uri);
  }
}
