package dev.penstock.client.registry.http;

import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/** The header fields of an answer, by case-insensitive name (RFC 9110 §5). */
public final class HttpFields {
  private final HttpHeaders fields;

  HttpFields(HttpHeaders fields) {
    this.fields = fields;
  }

  /** The first value of that name. */
  public Optional<String> firstValue(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  /** All values of that name, in order; empty when there is none. */
  public List<String> allValues(String name) {
    return fields.getAll(name);
  }
}
