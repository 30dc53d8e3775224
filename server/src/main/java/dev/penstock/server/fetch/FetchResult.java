package dev.penstock.server.fetch;

import java.time.Duration;

/**
 * What a fetch brought.
 *
 * @param digest of the bytes that were written
 * @param verifiedHere whether the digest was computed at this end; else the server computed it of
 *     what it sent, and this end counted the bytes
 * @param elapsed from the request to the verified last byte
 */
public record FetchResult(long bytes, String digest, boolean verifiedHere, Duration elapsed) {}
