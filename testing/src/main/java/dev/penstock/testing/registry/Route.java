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

  /** A list. */
  sealed interface Listing extends Route {}

  /** All repositories. */
  record Catalog() implements Listing {}

  /** The tags of a repository. */
  record TagsOf(String repository) implements Listing {}

  /** The manifests whose subject has a digest. */
  record ReferrersOf(String repository, String digest) implements Listing {}

  /** A blob at the origin that redirects lead to. */
  record StoredBlob(String digest) implements Route {}

  /** Nothing that exists here. */
  record Unknown() implements Route {}

  /** The token server's path. */
  String TOKEN_PATH = "/token";

  /** In front of the digest at the redirect origin. */
  String STORE_PATH = "/store/";

  /** The path of the list of repositories. */
  String CATALOG_PATH = "/v2/_catalog";

  /** Paths of the API below its root: OCI distribution specification 1.1, end-2, 3, 8 and 12. */
  Pattern CONTENT =
      Pattern.compile("/v2/(?<name>.+)/(?<kind>manifests|blobs|referrers|tags)/(?<what>[^/]+)");

  static Route of(String path) {
    if (path.equals("/v2/") || path.equals("/v2")) {
      return new Root();
    }
    if (path.equals(TOKEN_PATH)) {
      return new Token();
    }
    if (path.equals(CATALOG_PATH)) {
      return new Catalog();
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
    return switch (matched.group("kind")) {
      case "blobs" -> new BlobOf(name, what);
      case "manifests" -> new ManifestOf(name, what);
      case "referrers" -> new ReferrersOf(name, what);
      default -> what.equals("list") ? new TagsOf(name) : new Unknown();
    };
  }

  /** The scope that a caller's token needs; empty where any will do. */
  default String scope() {
    return this instanceof Catalog ? "registry:catalog:*" : pullScope(repository());
  }

  private static String pullScope(String repository) {
    return repository.isEmpty() ? "" : "repository:" + repository + ":pull";
  }

  /** The repository that is named, which routes with one have as a component; empty: none is. */
  default String repository() {
    return "";
  }
}
