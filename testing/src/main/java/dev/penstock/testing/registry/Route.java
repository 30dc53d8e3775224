package dev.penstock.testing.registry;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request's path asks for. */
sealed interface Route {
  /** The API's root, which tells whether a registry is there and lets the caller in. */
  record Root() implements Route {}

  /** A token of the bearer scheme. */
  record Token() implements Route {}

  /** A manifest by tag or digest. */
  record ManifestOf(String repository, String reference) implements Route {}

  /** A blob. */
  record BlobOf(String repository, String digest) implements Route {}

  /** A blob at the origin that redirects lead to. */
  record StoredBlob(String digest) implements Route {}

  /** Nothing that exists here. */
  record Unknown() implements Route {}

  /** The token server's path. */
  String TOKEN_PATH = "/token";

  /** In front of the digest at the redirect origin. */
  String STORE_PATH = "/store/";

  /** Paths of the API below its root: OCI distribution specification 1.1, end-2 and end-3. */
  Pattern CONTENT = Pattern.compile("/v2/(?<name>.+)/(?<kind>manifests|blobs)/(?<what>[^/]+)");

  static Route of(String path) {
    if (path.equals("/v2/") || path.equals("/v2")) {
      return new Root();
    }
    if (path.equals(TOKEN_PATH)) {
      return new Token();
    }
    if (path.startsWith(STORE_PATH)) {
      return new StoredBlob(path.substring(STORE_PATH.length()));
    }
    Matcher content = CONTENT.matcher(path);
    return content.matches() ? content(content) : new Unknown();
  }

  private static Route content(Matcher matched) {
    String name = matched.group("name");
    String what = matched.group("what");
    return matched.group("kind").equals("blobs")
        ? new BlobOf(name, what)
        : new ManifestOf(name, what);
  }

  /** The repository whose scope a caller needs; empty where none is named. */
  default String repository() {
    if (this instanceof ManifestOf manifest) {
      return manifest.repository;
    }
    return this instanceof BlobOf blob ? blob.repository : "";
  }
}
