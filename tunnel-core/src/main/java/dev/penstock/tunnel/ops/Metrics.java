package dev.penstock.tunnel.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/**
 * Numbers that are read when somebody asks, in Prometheus's text format 0.0.4.
 *
 * <p>Declared by one thread before the first reading; then any thread may read. What is declared
 * must be cheap to read, from any thread.
 */
public final class Metrics {
  /** Of {@link #text}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  private final List<Entry> entries = new ArrayList<>();

  /** Whether a number can fall. */
  public enum Type {
    COUNTER,
    GAUGE
  }

  /** One metric, as a table describes it. */
  public record Family(String name, Type type, List<String> labels, String help) {}

  /** Takes the values of one metric with labels. */
  @FunctionalInterface
  public interface Samples {
    /** One value; the labels' values in the order of the labels. */
    void add(double value, String... labelValues);
  }

  private record Entry(Family family, Consumer<Samples> reading) {}

  /** A number that never falls; by convention its name ends in {@code _total}. */
  public Metrics counter(String name, String help, DoubleSupplier value) {
    return counters(name, List.of(), help, samples -> samples.add(value.getAsDouble()));
  }

  /** One such number for each combination of labels; combinations must be few. */
  public Metrics counters(
      String name, List<String> labels, String help, Consumer<Samples> reading) {
    require(name.endsWith("_total"), name + " must end in _total");
    return declare(new Family(name, Type.COUNTER, labels, help), reading);
  }

  /** A number that rises and falls. */
  public Metrics gauge(String name, String help, DoubleSupplier value) {
    return gauges(name, List.of(), help, samples -> samples.add(value.getAsDouble()));
  }

  /** One such number for each combination of labels, or for none while there is nothing to say. */
  public Metrics gauges(String name, List<String> labels, String help, Consumer<Samples> reading) {
    return declare(new Family(name, Type.GAUGE, labels, help), reading);
  }

  private Metrics declare(Family family, Consumer<Samples> reading) {
    require(NAME.matcher(family.name()).matches(), "not a metric's name: " + family.name());
    require(
        entries.stream().noneMatch(entry -> entry.family().name().equals(family.name())),
        family.name() + " is declared already");
    entries.add(new Entry(family, reading));
    return this;
  }

  /** All that are declared, in the order of declaration. */
  public List<Family> families() {
    return entries.stream().map(Entry::family).toList();
  }

  /** All values, now. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Entry entry : entries) {
      Family family = entry.family();
      text.append("# HELP ").append(family.name()).append(' ');
      text.append(escaped(family.help()).replace("\\\"", "\"")).append('\n');
      text.append("# TYPE ").append(family.name()).append(' ');
      text.append(family.type().name().toLowerCase(Locale.ROOT)).append('\n');
      entry.reading().accept((value, labels) -> sample(text, family, value, labels));
    }
    return text.toString();
  }

  private static void sample(StringBuilder text, Family family, double value, String... values) {
    require(values.length == family.labels().size(), family.name() + ": wrong number of labels");
    text.append(family.name());
    for (int i = 0; i < values.length; i++) {
      text.append(i == 0 ? '{' : ',').append(family.labels().get(i));
      text.append("=\"").append(escaped(values[i])).append('"');
    }
    text.append(values.length == 0 ? " " : "} ").append(number(value)).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    boolean isWhole = value == Math.rint(value) && Math.abs(value) < 1L << 53;
    return isWhole ? Long.toString((long) value) : Double.toString(value);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
