package dev.penstock.client.registry;

import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.auth.Scopes;

/** A blob in a repository of a registry, as its path, its token's scope and its name in errors. */
record BlobName(Repository repository, Digest digest, String registry) {

  String path() {
    return "/v2/" + repository + "/blobs/" + digest;
  }

  String scope() {
    return Scopes.pull(repository);
  }

  Failures failures() {
    return new Failures("blob %s@%s of registry '%s'".formatted(repository, digest, registry));
  }
}
