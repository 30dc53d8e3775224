package dev.penstock.client.registry.http;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Limits of an {@link HttpTransport}.
 *
 * @param connectTimeout from the first packet to a usable TCP and TLS connection
 * @param headerTimeout from sending one request to the last of its response's headers
 * @param stallTimeout how long a body may bring nothing while its reader waits for it; the time in
 *     which the reader itself wants nothing does not count
 * @param maxRedirects how many redirects one query follows
 * @param tls whom to trust; null: whom the JDK trusts
 */
public record HttpOptions(
    Duration connectTimeout,
    Duration headerTimeout,
    Duration stallTimeout,
    int maxRedirects,
    @Nullable SSLContext tls) {
  /** More than any registry needs, and few enough to show a loop at once. */
  public static final int DEFAULT_MAX_REDIRECTS = 5;
}
