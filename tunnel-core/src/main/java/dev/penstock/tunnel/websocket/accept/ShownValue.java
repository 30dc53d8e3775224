package dev.penstock.tunnel.websocket.accept;

import dev.penstock.tunnel.connection.ForeignText;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A header's value as it may be shown: printable, bounded, and without what looks like a secret. A
 * header that is about the path has none; this is for those that somebody misused.
 */
final class ShownValue {
  static final int MAX_CHARS = 512;

  private static final String GONE = "(redacted)";

  private static final Pattern SCHEME =
      Pattern.compile("(?i)\\b(bearer|basic|digest|negotiate|ntlm|aws4-hmac-sha256)\\s+[^,;\\s]+");
  private static final Pattern QUERY = Pattern.compile("\\?[^,;\\s]+");
  private static final Pattern USER = Pattern.compile("//[^/@\\s]*@");
  private static final Pattern ASSIGNED =
      Pattern.compile(
          "(?i)([\\w.-]{0,40}(?:token|secret|passw|pwd|apikey|api[_-]key|signature|sig|auth|session"
              + "|credential|jwt|cookie|code|sid))\\s*=\\s*\"?[^&;,\\s\"]+\"?");
  private static final Pattern JWT =
      Pattern.compile("\\bey[A-Za-z0-9_-]{6,}\\.[A-Za-z0-9_-]{4,}(?:\\.[A-Za-z0-9_-]*)*");

  /** Long and of one piece: base64, base64url or hexadecimal. */
  private static final Pattern LONG_WORD = Pattern.compile("[A-Za-z0-9+/_~-]{24,}={0,2}");

  /** A SHA-1 has 40 digits; ids of requests and traces have 32 at most. */
  private static final Pattern LONG_HEX = Pattern.compile("[0-9a-fA-F]{40}");

  private ShownValue() {}

  static String of(String value) {
    // Cut first, so that no pattern has much to do; what is cut off is shown to nobody.
    boolean cut = value.length() > MAX_CHARS;
    String shown = redacted(cut ? value.substring(0, MAX_CHARS) + "…" : value);
    return ForeignText.printable(shown, MAX_CHARS + 1);
  }

  private static String redacted(String value) {
    String shown = USER.matcher(value).replaceAll("//" + GONE + "@");
    shown = QUERY.matcher(shown).replaceAll("?" + GONE);
    shown = SCHEME.matcher(shown).replaceAll("$1 " + GONE);
    shown = ASSIGNED.matcher(shown).replaceAll("$1=" + GONE);
    shown = JWT.matcher(shown).replaceAll(GONE);
    return LONG_WORD.matcher(shown).replaceAll(ShownValue::unlessPlain);
  }

  /** Words of one case, or without digits, are names of hosts and ids of requests. */
  private static String unlessPlain(MatchResult word) {
    String text = word.group();
    boolean mixed =
        text.chars().anyMatch(Character::isUpperCase)
            && text.chars().anyMatch(Character::isLowerCase)
            && text.chars().anyMatch(Character::isDigit);
    return mixed || LONG_HEX.matcher(text).find() ? GONE : Matcher.quoteReplacement(text);
  }
}
