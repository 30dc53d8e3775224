package dev.penstock.testing.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The page for a person: one file with nothing from elsewhere. Any thread. */
final class Page {
  static final String SECURITY_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
          + " connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private static final String FILE = "page.html";
  private static final String PLACE = "{{arrived}}";
  private static final String TEXT = read();

  private Page() {}

  /** The page, with what arrived with the request for it, in JSON that is fit for a page. */
  static String with(String arrived) {
    return TEXT.replace(PLACE, arrived);
  }

  private static String read() {
    try (InputStream in = Page.class.getResourceAsStream(FILE)) {
      return new String(Objects.requireNonNull(in, FILE).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FILE + " of the jar", e);
    }
  }
}
