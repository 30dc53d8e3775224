package dev.penstock.client.registry;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A registry's answer to the request for a page, read whole.
 *
 * @param links the lines of the Link header
 * @param filters the names of the filters that the registry has applied, if it says so
 * @param retryAfter how long it asks to be left alone, if it does
 * @param body read-only; of a status other than 200, no more than is needed to quote it
 */
record ListAnswer(
    int status,
    String mediaType,
    List<String> links,
    Optional<String> filters,
    Optional<Duration> retryAfter,
    ByteBuffer body) {

  boolean isPage() {
    return status == 200;
  }

  /** Whether a person was meant to read it: a login page, most often. */
  boolean isWebPage() {
    return mediaType.equalsIgnoreCase("text/html");
  }

  RegistryException failure(Failures failures) {
    byte[] said = new byte[body.remaining()];
    body.duplicate().get(said);
    RegistryException failure = failures.ofStatus(status, said);
    return retryAfter.map(failure::withRetryAfter).orElse(failure);
  }
}
