package dev.penstock.client.doctor.diagnosis;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What came back for a request. */
public sealed interface Answer {
  /** More of a body than this says nothing about who answers. */
  int MAX_BODY_BYTES = 64 * 1024;

  int MAX_FIRST_BYTES = 64;

  /**
   * An answer in HTTP/1.
   *
   * @param body its first {@value #MAX_BODY_BYTES} bytes, as ISO 8859-1 if it is not UTF-8
   */
  record Http(String version, int status, String reason, HeaderFields headers, String body)
      implements Answer {
    private static final Pattern TITLE =
        Pattern.compile("(?is)<(title|h1)[^>]{0,200}>\\s*([^<]{1,200}?)\\s*</");

    boolean isHtml() {
      return headers.first("Content-Type").orElse("").contains("html")
          || body.stripLeading().toLowerCase(Locale.ROOT).startsWith("<!doctype html")
          || body.stripLeading().startsWith("<html");
    }

    /** What a page calls itself; empty if it is none. */
    String title() {
      Matcher title = TITLE.matcher(body);
      return title.find() ? title.group(2).replaceAll("\\s+", " ") : "";
    }

    /** Only what is no secret. */
    @Override
    public String toString() {
      return version + " " + status;
    }
  }

  /**
   * Something else than HTTP/1.
   *
   * @param firstBytes at most {@value #MAX_FIRST_BYTES}, as ISO 8859-1
   */
  record NotHttp(String firstBytes) implements Answer {
    /** SETTINGS, with which an HTTP/2 server begins (RFC 9113 §3.4), or GOAWAY; of stream 0. */
    private static final Pattern HTTP2 = Pattern.compile("(?s)\\x00..[\\x04\\x07]\\x00\\x00{4}.*");

    /** An alert or a handshake record of TLS (RFC 8446 §5.1). */
    private static final Pattern TLS = Pattern.compile("(?s)[\\x15\\x16]\\x03[\\x00-\\x04].*");

    boolean isHttp2() {
      return HTTP2.matcher(firstBytes).matches();
    }

    boolean isTls() {
      return TLS.matcher(firstBytes).matches();
    }
  }

  /**
   * HTTP/1 that breaks the rules where nobody can go on.
   *
   * @param head what was read of it
   * @param why in a few words
   */
  record Unreadable(Http head, String why) implements Answer {
    String inWords() {
      return "; nobody can read it to its end: " + why;
    }
  }

  /**
   * HTTP/1 that began, and never came to a final answer.
   *
   * @param firstLine as far as it came
   * @param isInterim whether there were answers, and interim ones alone (RFC 9110 §15.2)
   * @param end {@link Closed} or {@link Silence}
   */
  record Unfinished(String firstLine, boolean isInterim, Answer end) implements Answer {}

  /** The connection ended without an answer; {@code how} in a few words. */
  record Closed(String how) implements Answer {}

  /** Nothing came, for so long. */
  record Silence(Duration time) implements Answer {}
}
