package dev.penstock.testing.e2e;

import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.StatBlobRequest;

/** The names that all tests here use, and the requests made of them. */
final class Names {
  /** The tunnel id under which the client attaches. */
  static final String TUNNEL = "acme";

  /** A tunnel id that has a token, and under which only raw peers attach. */
  static final String OTHER_TUNNEL = "beta";

  /** A repository inside the client's allow list. */
  static final String REPOSITORY = "team/app";

  /** The client's allow list. */
  static final String ALLOWED = "team/**";

  private Names() {}

  static FetchBlobRequest blob(String digest) {
    return blobRange(digest, 0, 0);
  }

  static FetchBlobRequest blobRange(String digest, long offset, long length) {
    return FetchBlobRequest.newBuilder()
        .setTunnel(TUNNEL)
        .setRepository(REPOSITORY)
        .setDigest(digest)
        .setOffset(offset)
        .setLength(length)
        .build();
  }

  static StatBlobRequest stat(String digest) {
    return StatBlobRequest.newBuilder()
        .setTunnel(TUNNEL)
        .setRepository(REPOSITORY)
        .setDigest(digest)
        .build();
  }

  static FetchManifestRequest manifest(String reference) {
    return FetchManifestRequest.newBuilder()
        .setTunnel(TUNNEL)
        .setRepository(REPOSITORY)
        .setReference(reference)
        .build();
  }
}
