package dev.penstock.client.doctor.redaction;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes secrets out of texts. Its own text names none. Immutable. */
public final class Redaction {
  /** What stands in a secret's place. */
  public static final String MARK = "(redacted)";

  /** A shorter one is taken out only where it stands alone, or it would be every other letter. */
  private static final int MIN_CHARS_INSIDE = 6;

  private static final String NAME =
      "[\\w.-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key"
          + "|cookie|signature|sig)";

  /** The same, of a member of a JSON object. */
  private static final Pattern SECRET_MEMBER =
      Pattern.compile("(?i)(?:" + NAME + "|(?:proxy-)?authorization)");

  /** What is secret by the name before it; names of files and the like stay. */
  private static final List<Pattern> NAMED =
      List.of(
          Pattern.compile(
              "(?s)(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?=-----END [A-Z ]*PRIVATE KEY-----|$)"),
          Pattern.compile(
              "(?i)((?:proxy-)?authorization\"?\\s*[:=]\\s*\"?)(?!\\()[^\\r\\n\"\\\\]+"),
          Pattern.compile("(?i)(\\b(?:bearer|basic|negotiate)\\s+)[A-Za-z0-9+/._~=-]{8,}"),
          Pattern.compile("(?i)(" + NAME + "\"?\\s*[=:]\\s*\"?)(?![\\s\\[{(])[^\\s\"',;&\\\\]+"),
          Pattern.compile("(://[^/\\s:@\"]*:)[^/\\s@\"]+(?=@)"),
          Pattern.compile("(\\b)eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]*)?"));

  private final List<Pattern> values;

  private Redaction(List<Pattern> values) {
    this.values = values;
  }

  /** Of these secrets; blank ones are none. */
  public static Redaction of(Collection<String> secrets) {
    return new Redaction(
        secrets.stream()
            .filter(secret -> !secret.isBlank())
            .flatMap(secret -> SecretForms.of(secret).stream())
            .distinct()
            .sorted(Comparator.comparing(String::length).reversed())
            .map(Redaction::pattern)
            .toList());
  }

  private static Pattern pattern(String form) {
    String quoted = Pattern.quote(form);
    return Pattern.compile(
        form.length() < MIN_CHARS_INSIDE
            ? "(?<![A-Za-z0-9])" + quoted + "(?![A-Za-z0-9])"
            : quoted);
  }

  /** Without the secrets that are known, in whatever form they stand there. */
  public String byValue(String text) {
    String left = text;
    for (Pattern value : values) {
      left = value.matcher(left).replaceAll(MARK);
    }
    return left;
  }

  /** The same, and without what goes under the name of a secret: for what leaves the machine. */
  public String all(String text) {
    String left = byValue(text);
    for (Pattern named : NAMED) {
      left = named.matcher(left).replaceAll("$1" + Matcher.quoteReplacement(MARK));
    }
    return left;
  }

  /** {@link #byValue} of each string in JSON; of what is no JSON, of the whole. */
  public String jsonByValue(String text) {
    return json(text, (name, value) -> byValue(value), this::byValue);
  }

  /** {@link #all} of each string in JSON, by the name of its member, too. */
  public String jsonAll(String text) {
    return json(
        text,
        (name, value) ->
            SECRET_MEMBER.matcher(name).matches() && !value.isEmpty() ? MARK : all(value),
        this::all);
  }

  private static String json(
      String text, BinaryOperator<String> ofStrings, UnaryOperator<String> ofOther) {
    try {
      JsonElement json = JsonParser.parseString(text);
      return json.isJsonObject() || json.isJsonArray()
          ? JsonStrings.map(json, ofStrings)
          : ofOther.apply(text);
    } catch (JsonParseException e) {
      return ofOther.apply(text);
    }
  }

  @Override
  public String toString() {
    return "redaction of " + values.size() + " forms";
  }
}
