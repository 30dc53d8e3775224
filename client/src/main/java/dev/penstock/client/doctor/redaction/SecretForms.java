package dev.penstock.client.doctor.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** The forms in which one secret can stand in a text. */
final class SecretForms {
  /** Fewer characters of base64 would be found where nobody put them. */
  private static final int MIN_BASE64_CHARS = 6;

  private static final Gson JSON = new Gson();

  private SecretForms() {}

  /** As it is, in URLs, in JSON, and in base64 whatever stands before it. */
  static Set<String> of(String secret) {
    Set<String> forms = new LinkedHashSet<>();
    forms.add(secret);
    String form = URLEncoder.encode(secret, UTF_8);
    forms.add(form);
    forms.add(form.replace("+", "%20"));
    forms.add(lowerEscapes(form.replace("+", "%20")));
    forms.add(encodedAlways(secret));
    String quoted = JSON.toJson(secret);
    forms.add(quoted.substring(1, quoted.length() - 1));
    for (int before = 0; before < 3; before++) {
      String core = base64Core(secret, before);
      if (core.length() >= MIN_BASE64_CHARS) {
        forms.add(core);
        forms.add(core.replace('+', '-').replace('/', '_'));
      }
    }
    return forms;
  }

  /** Escapes that some write in lower case (RFC 3986 §2.1 takes both). */
  private static String lowerEscapes(String encoded) {
    StringBuilder lower = new StringBuilder(encoded);
    for (int at = lower.indexOf("%"); at >= 0; at = lower.indexOf("%", at + 1)) {
      lower.replace(at, at + 3, lower.substring(at, at + 3).toLowerCase(Locale.ROOT));
    }
    return lower.toString();
  }

  /** As those write it who also escape what a URL may hold as it is. */
  private static String encodedAlways(String secret) {
    return URLEncoder.encode(secret, UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("-", "%2D")
        .replace(".", "%2E")
        .replace("_", "%5F");
  }

  /**
   * The characters of its base64 that depend on nothing else.
   *
   * @param before how many bytes stand before it, modulo 3: of {@code user:}, say
   */
  private static String base64Core(String secret, int before) {
    byte[] bytes = secret.getBytes(UTF_8);
    byte[] shifted = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, shifted, before, bytes.length);
    String all = Base64.getEncoder().withoutPadding().encodeToString(shifted);
    Arrays.fill(shifted, (byte) 0);
    int first = (8 * before + 5) / 6;
    int end = 8 * (before + bytes.length) / 6;
    return first < end ? all.substring(first, end) : "";
  }
}
