package dev.penstock.testing.image;

/**
 * An image manifest or an image index, as the registry stores it.
 *
 * @param content the exact bytes that the digest names
 * @param mediaType what a registry answers as Content-Type
 */
public record Manifest(Blob content, String mediaType) {
  /** OCI image manifest, OCI image specification 1.1. */
  public static final String IMAGE = "application/vnd.oci.image.manifest.v1+json";

  /** OCI image index: one manifest for each platform. */
  public static final String INDEX = "application/vnd.oci.image.index.v1+json";

  /** Digest of the content. */
  public String digest() {
    return content.digest();
  }
}
