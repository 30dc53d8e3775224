package dev.penstock.testing.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What must not be seen, by what it is, in each form in which it is ever written. */
final class Secrets {
  private final Map<String, Set<String>> forms = new LinkedHashMap<>();

  /** A secret by itself, plain and as it stands in a URL. */
  Secrets add(String what, String secret) {
    Set<String> all = forms.computeIfAbsent(what, unused -> new TreeSet<>());
    all.add(secret);
    all.add(URLEncoder.encode(secret, UTF_8));
    all.add(base64(secret));
    return this;
  }

  /** A user's password, and the two as HTTP Basic has them. */
  Secrets add(String what, String user, String password) {
    add(what, password);
    return add(what, base64(user + ":" + password));
  }

  private static String base64(String text) {
    return Base64.getEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  /** Fails, naming the secret by what it is, if one of them is there. */
  void expectNoneIn(String place, String text) {
    assertThat(text).as(place).isNotEmpty();
    forms.forEach(
        (what, all) ->
            assertThat(all.stream().filter(text::contains).count())
                .as("%s has %s in it", place, what)
                .isZero());
  }
}
