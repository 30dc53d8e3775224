package dev.penstock.tunnel.session;

import java.time.Duration;

/**
 * A dial that did not attach.
 *
 * @param refused true for 401 and 403: trying again will not help until somebody acts
 * @param message what happened, where, and what to do; for people, without secrets
 * @param retryIn the wait until the next attempt
 */
public record DialFailure(boolean refused, String message, Duration retryIn) {}
