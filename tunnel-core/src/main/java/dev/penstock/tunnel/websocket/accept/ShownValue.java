package dev.penstock.tunnel.websocket.accept;

import dev.penstock.tunnel.connection.ForeignText;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What somebody else wrote into a head as it may be shown: printable, bounded, and without what
 * looks like a secret. A header that is about the path has none; this is for those that somebody
 * misused.
 *
 * <p>It errs towards hiding: a user name before an {@code @} goes with its password. Any thread.
 */
public final class ShownValue {
  /** Stands for the whole value of a header that is about something else than the path. */
  public static final String NOT_SHOWN = "(not shown)";

  static final int MAX_CHARS = 512;
  static final int MAX_PATH_CHARS = 1024;

  private static final String GONE = "(redacted)";

  private static final Pattern SCHEME =
      Pattern.compile(
          "(?i)\\b(bearer|basic|digest|negotiate|ntlm|aws4-hmac-sha256)\\s+(?!realm\\s*=)[^,;\\s]+");
  private static final Pattern QUERY = Pattern.compile("(?i)(?:\\?|%3F)[^,;\\s]+");

  /** Up to an {@code @}; behind {@code //user:} whatever is before it, since passwords vary. */
  private static final Pattern USER =
      Pattern.compile("(?<=//)[^\\s/:@]*:\\S*@|(?<![^\\s/])[^\\s/]+@");

  /** A whole name that has such a part, so that each is looked at once. */
  private static final Pattern ASSIGNED =
      Pattern.compile(
          "(?i)(?<![\\w.-])(?=[\\w.-]*?(?:token|secret|passw|pwd|key|signature|sig|auth|session"
              + "|credential|jwt|cookie|code|sid))([\\w.-]++)\\s*+(?:=|%3D)\\s*+\"?[^&;,\\s\"]+\"?");

  private static final Pattern JWT =
      Pattern.compile("\\bey[A-Za-z0-9_-]{6,}\\.[A-Za-z0-9_-]{4,}(?:\\.[A-Za-z0-9_-]*)*");

  /** Of a segment of a path (RFC 3986 §3.3), where servers keep sessions. */
  private static final Pattern PARAMETERS = Pattern.compile("(?i)(?:;|%3B).+");

  /** Long and of one piece: base64, base64url or hexadecimal. */
  private static final Pattern LONG_WORD = Pattern.compile("[A-Za-z0-9+/_~-]{24,}={0,2}");

  /** A SHA-1 has 40 digits; ids of requests and traces have 32 at most. */
  private static final Pattern LONG_HEX = Pattern.compile("[0-9a-fA-F]{40}");

  private ShownValue() {}

  /** A value, without what looks like a secret in it. */
  public static String of(String value) {
    // Cut first, so that no pattern has much to do; what is cut off is shown to nobody.
    boolean cut = value.length() > MAX_CHARS;
    String shown = redacted(cut ? value.substring(0, MAX_CHARS) + "…" : value);
    shown = LONG_WORD.matcher(shown).replaceAll(ShownValue::unlessPlain);
    return ForeignText.printable(shown, MAX_CHARS + 1);
  }

  /** The value of this header; {@link #NOT_SHOWN} unless the header is about the path. */
  public static String ofHeader(String name, String value) {
    return Marks.isShown(name) ? of(value) : NOT_SHOWN;
  }

  /** The path of a request's target: without the query, and without parameters of its segments. */
  public static String ofTarget(String target) {
    String path = RequestPath.of(target);
    String bounded = path.substring(0, Math.min(path.length(), MAX_PATH_CHARS));
    String shown =
        Arrays.stream(bounded.split("/", -1))
            .map(ShownValue::segment)
            .collect(Collectors.joining("/"));
    return ForeignText.printable(shown, MAX_PATH_CHARS);
  }

  private static String segment(String segment) {
    String shown = redacted(PARAMETERS.matcher(segment).replaceAll(";" + GONE));
    // A tunnel's id may be long and hexadecimal, but is never of mixed case.
    return LONG_WORD
        .matcher(shown)
        .replaceAll(word -> isMixed(word.group()) ? GONE : Matcher.quoteReplacement(word.group()));
  }

  private static String redacted(String value) {
    String shown = USER.matcher(value).replaceAll(GONE + "@");
    shown = QUERY.matcher(shown).replaceAll("?" + GONE);
    shown = SCHEME.matcher(shown).replaceAll("$1 " + GONE);
    shown = ASSIGNED.matcher(shown).replaceAll("$1=" + GONE);
    return JWT.matcher(shown).replaceAll(GONE);
  }

  /** Words of one case, or without digits, are names of hosts and ids of requests. */
  private static String unlessPlain(MatchResult word) {
    String text = word.group();
    boolean plain = !isMixed(text) && !LONG_HEX.matcher(text).find();
    return plain ? Matcher.quoteReplacement(text) : GONE;
  }

  private static boolean isMixed(String text) {
    return text.chars().anyMatch(Character::isUpperCase)
        && text.chars().anyMatch(Character::isLowerCase)
        && text.chars().anyMatch(Character::isDigit);
  }
}
