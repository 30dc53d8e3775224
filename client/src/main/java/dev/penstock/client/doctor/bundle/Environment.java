package dev.penstock.client.doctor.bundle;

import java.time.Instant;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;

/** What a helper would ask first: versions, the machine, the variables that are obeyed. */
final class Environment {
  private Environment() {}

  /** Lines of {@code name: value}, with secrets still in them. */
  static String of(String version, Map<String, String> variables) {
    StringBuilder text = new StringBuilder();
    add(text, "version", version);
    add(text, "os", "%s %s, %s".formatted(property("os.name"), property("os.version"), arch()));
    add(
        text,
        "java",
        "%s, %s, %s"
            .formatted(
                property("java.runtime.version"),
                property("java.vm.name"),
                property("java.vendor")));
    Runtime runtime = Runtime.getRuntime();
    add(text, "processors", Integer.toString(runtime.availableProcessors()));
    add(text, "memory", (runtime.maxMemory() >> 20) + " MiB at most");
    add(text, "clock", Instant.now() + ", " + TimeZone.getDefault().getID());
    new TreeMap<>(variables)
        .forEach(
            (name, value) -> {
              if (isTold(name)) {
                add(text, name, value);
              }
            });
    return text.toString();
  }

  /** Those that the client obeys. */
  private static boolean isTold(String name) {
    return name.startsWith("PENSTOCK_") || name.matches("(?i)(https?|all|no)_proxy");
  }

  private static String arch() {
    return property("os.arch");
  }

  private static String property(String name) {
    return System.getProperty(name, "?");
  }

  private static void add(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(value).append('\n');
  }
}
