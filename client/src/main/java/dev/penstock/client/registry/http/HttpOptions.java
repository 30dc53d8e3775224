package dev.penstock.client.registry.http;

import java.time.Duration;

/**
 * Limits of an {@link HttpTransport}, and how it reaches origins.
 *
 * @param connectTimeout from name resolution to a usable connection, proxy and TLS included
 * @param headerTimeout from sending one request to the last of its answer's headers
 * @param stallTimeout how long a body may bring nothing while its reader waits for it; the time in
 *     which the reader itself wants nothing does not count
 * @param maxRedirects how many redirects one query follows
 */
public record HttpOptions(
    Duration connectTimeout,
    Duration headerTimeout,
    Duration stallTimeout,
    int maxRedirects,
    Reach reach) {
  /** More than any registry needs, and few enough to show a loop at once. */
  public static final int DEFAULT_MAX_REDIRECTS = 5;
}
