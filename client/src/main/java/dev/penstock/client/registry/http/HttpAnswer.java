package dev.penstock.client.registry.http;

import java.net.URI;

/**
 * What a server answered: the head is there, the body comes on demand and must be consumed or
 * cancelled.
 *
 * @param uri of the request that it answers, the last one after redirects
 */
public record HttpAnswer(URI uri, int statusCode, HttpFields headers, BodyFlow body) {}
