package dev.penstock.client.registry;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which page of which referrers is wanted.
 *
 * @param artifactType empty: of all types
 * @param token null: the first page
 */
public record ReferrerRequest(String artifactType, @Nullable PageToken token) {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}";
  private static final Pattern MEDIA_TYPE = Pattern.compile(NAME + "/" + NAME);

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException when the type is no media type (RFC 6838 §4.2), or the token
   *     one of another list
   */
  public ReferrerRequest {
    if (!artifactType.isEmpty() && !MEDIA_TYPE.matcher(artifactType).matches()) {
      throw new IllegalArgumentException(
          "artifact_type must be a media type such as application/spdx+json, or empty");
    }
    if (token != null && token.link().isEmpty()) {
      throw new IllegalArgumentException("page_token is that of another list; begin anew without");
    }
  }

  /** The query to send to the registry. */
  String query() {
    if (token != null) {
      return token.link().orElseThrow();
    }
    return artifactType.isEmpty()
        ? ""
        : "artifactType=" + URLEncoder.encode(artifactType, StandardCharsets.UTF_8);
  }

  boolean isFirst() {
    return token == null;
  }

  boolean wants(Referrer referrer) {
    return artifactType.isEmpty() || artifactType.equals(referrer.artifactType());
  }
}
