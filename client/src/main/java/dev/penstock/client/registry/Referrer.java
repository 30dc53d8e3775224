package dev.penstock.client.registry;

import dev.penstock.client.names.Digest;
import java.util.Map;

/**
 * A manifest that refers to another one, as the registry describes it (image specification 1.1,
 * "Descriptor"); nothing of it has been verified.
 *
 * @param size in bytes
 * @param artifactType empty: none is given
 */
public record Referrer(
    String mediaType,
    Digest digest,
    long size,
    String artifactType,
    Map<String, String> annotations) {

  /** Copies the annotations. */
  public Referrer {
    annotations = Map.copyOf(annotations);
  }
}
