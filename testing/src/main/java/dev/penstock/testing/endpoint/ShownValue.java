package dev.penstock.testing.endpoint;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Decides how much of a header's value may be shown to whoever can ask. */
final class ShownValue {
  static final String NOT_SHOWN = "(not shown)";

  private static final int MAX_CHARS = 500;
  private static final Set<String> SECRET =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "sec-websocket-key");
  private static final List<String> SECRET_PARTS =
      List.of("token", "secret", "password", "api-key", "apikey", "session", "signature", "cred");

  /** A JSON Web Token, credentials of a scheme, or a parameter that is named like a secret. */
  private static final Pattern SECRET_VALUE =
      Pattern.compile(
          "(?i)eyJ[\\w-]{8,}\\.|\\b(bearer|basic|digest|negotiate) +\\S{8,}"
              + "|(token|secret|password|passwd|api_?key|signature)=");

  /** Longer than any id that a product leaves. */
  private static final Pattern LONG_RANDOM = Pattern.compile("[A-Za-z0-9+/_]{33,}");

  private ShownValue() {}

  static String of(String name, String value) {
    String known = name.toLowerCase(Locale.ROOT);
    boolean secret =
        SECRET.contains(known)
            || SECRET_PARTS.stream().anyMatch(known::contains)
            || SECRET_VALUE.matcher(value).find()
            || LONG_RANDOM.matcher(value).find();
    if (secret) {
      return NOT_SHOWN;
    }
    return value.length() > MAX_CHARS ? value.substring(0, MAX_CHARS) + "…" : value;
  }
}
