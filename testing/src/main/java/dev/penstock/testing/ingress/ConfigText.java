package dev.penstock.testing.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The text of a configuration file, and changes to it; a change of what is not there fails, so that
 * no variant stays right by an oversight. Immutable.
 */
record ConfigText(String text) {

  /** The recommended file of this name. */
  static ConfigText recommended(String name) {
    try (InputStream in = ConfigText.class.getResourceAsStream("/ingress/" + name)) {
      if (in == null) {
        throw new IllegalStateException("there is no resource /ingress/" + name);
      }
      return new ConfigText(new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("read resource /ingress/" + name, e);
    }
  }

  /** With {@code changed} wherever {@code part} was. */
  ConfigText replacing(String part, String changed) {
    if (!text.contains(part)) {
      throw new IllegalArgumentException("the configuration has no '" + part + "'");
    }
    return new ConfigText(text.replace(part, changed));
  }

  /** Without the lines that contain {@code part}, outside of comments. */
  ConfigText withoutLines(String part) {
    Predicate<String> isGone = line -> line.contains(part) && !line.strip().startsWith("#");
    if (text.lines().noneMatch(isGone)) {
      throw new IllegalArgumentException("the configuration has no line with '" + part + "'");
    }
    return new ConfigText(
        text.lines().filter(isGone.negate()).collect(Collectors.joining("\n", "", "\n")));
  }
}
