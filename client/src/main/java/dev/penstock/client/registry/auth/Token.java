package dev.penstock.client.registry.auth;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A bearer token.
 *
 * @param lifetime from its receipt; the answer's {@code issued_at} is another machine's clock
 */
record Token(String value, Duration lifetime) {
  /** What the specification says when the answer does not. */
  private static final Duration DEFAULT_LIFETIME = Duration.ofSeconds(60);

  private static final Duration MAX_LIFETIME = Duration.ofDays(1);

  /** Reads a token server's answer: {@code token}, or {@code access_token} as OAuth 2 calls it. */
  static Token parse(byte[] json) throws IOException {
    try {
      JsonObject answer =
          JsonParser.parseString(new String(json, StandardCharsets.UTF_8)).getAsJsonObject();
      JsonElement value = answer.has("token") ? answer.get("token") : answer.get("access_token");
      if (value == null || !isSendable(value.getAsString())) {
        throw new IOException("the token server's answer has no usable token");
      }
      return new Token(value.getAsString(), lifetime(answer));
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
      // The cause would quote the answer.
      throw new IOException("the token server's answer is not the JSON of a token");
    }
  }

  private static Duration lifetime(JsonObject answer) {
    JsonElement seconds = answer.get("expires_in");
    if (seconds == null || !seconds.isJsonPrimitive()) {
      return DEFAULT_LIFETIME;
    }
    try {
      long given = seconds.getAsLong();
      return Duration.ofSeconds(Math.max(0, Math.min(given, MAX_LIFETIME.toSeconds())));
    } catch (NumberFormatException e) {
      return DEFAULT_LIFETIME;
    }
  }

  /** RFC 6750 §2.1, a little wider; above all no control characters in a header. */
  private static boolean isSendable(String value) {
    return !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  String header() {
    return "Bearer " + value;
  }

  @Override
  public String toString() {
    return "Token[lifetime=" + lifetime + "]";
  }
}
