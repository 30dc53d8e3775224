package dev.penstock.client.registry.http;

import java.net.URI;

/**
 * What a server answered: the head is there, the body comes on demand and must be consumed or
 * cancelled.
 *
 * @param asked where the first request went
 * @param uri of the request that it answers, the last one after redirects
 */
public record HttpAnswer(URI asked, URI uri, int statusCode, HttpFields headers, BodyFlow body) {

  /** Whether another origin answers than the one that was asked. */
  public boolean isRedirected() {
    return !Origin.of(asked).equals(Origin.of(uri));
  }

  HttpAnswer askedAt(URI first) {
    return new HttpAnswer(first, uri, statusCode, headers, body);
  }
}
