package dev.penstock.server.fetch;

import java.time.Duration;

/**
 * What a fetch brought.
 *
 * @param digest of the bytes that were written, computed at this end
 * @param elapsed from the request to the verified last byte
 */
public record FetchResult(long bytes, String digest, Duration elapsed) {}
