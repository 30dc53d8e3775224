package dev.penstock.server.cli;

import dev.penstock.probe.v1.EchoResponse;
import dev.penstock.probe.v1.RegistryState;
import dev.penstock.probe.v1.Stage;
import dev.penstock.server.fetch.EchoProbe.Echo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * What some echoes through a tunnel have shown, for people and for machines. The states of the
 * registries are those of the last echo.
 *
 * @param payloadBytes of each echo
 * @param echoes at least one
 */
record ProbeReport(String tunnel, int payloadBytes, List<Echo> echoes) {

  /** From the outside in, and all of it. */
  private static final List<Part> PARTS =
      List.of(
          new Part("caller", "caller <-> server", echo -> total(echo) - stage(echo, "server")),
          new Part("server", "server", echo -> stage(echo, "server") - stage(echo, "tunnel")),
          new Part(
              "tunnel", "server <-> client", echo -> stage(echo, "tunnel") - stage(echo, "client")),
          new Part("client", "client", echo -> stage(echo, "client")),
          new Part("total", "total", ProbeReport::total));

  /**
   * A part of the way.
   *
   * @param key for machines
   * @param words for people
   * @param micros its time in an echo
   */
  private record Part(String key, String words, ToLongFunction<Echo> micros) {
    Spread of(List<Echo> echoes) {
      return Spread.of(echoes.stream().mapToLong(micros).toArray());
    }
  }

  private static long total(Echo echo) {
    return echo.took().toNanos() / 1_000;
  }

  private static long stage(Echo echo, String who) {
    return echo.answer().getStagesList().stream()
        .filter(stage -> stage.getWho().equals(who))
        .mapToLong(Stage::getDurationMicros)
        .max()
        .orElse(0);
  }

  /** Of some times, in microseconds. */
  private record Spread(long median, long least, long most) {
    static Spread of(long[] values) {
      long[] sorted = values.clone();
      Arrays.sort(sorted);
      long upper = sorted[sorted.length / 2];
      long lower = sorted[(sorted.length - 1) / 2];
      return new Spread((lower + upper) / 2, sorted[0], sorted[sorted.length - 1]);
    }
  }

  /** A table, with a line for each registry below it. */
  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(heading());
    lines.add(row("where", echoes.size() == 1 ? "time" : "median", "min", "max"));
    for (Part part : PARTS) {
      Spread spread = part.of(echoes);
      lines.add(
          row(part.words, shown(spread.median()), shown(spread.least()), shown(spread.most())));
    }
    last().getRegistriesList().forEach(registry -> lines.add(words(registry)));
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private String heading() {
    return String.format(
        Locale.ROOT,
        "tunnel %s by %s: %d of %d came back as sent, %,d bytes each",
        Shown.of(tunnel),
        client(),
        echoes.size(),
        echoes.size(),
        payloadBytes);
  }

  /** The least and the most of one say nothing. */
  private String row(String where, String median, String least, String most) {
    return echoes.size() == 1
        ? "%-18s%12s".formatted(where, median)
        : "%-18s%12s%12s%12s".formatted(where, median, least, most);
  }

  private static String shown(long micros) {
    return String.format(Locale.ROOT, "%.2f ms", micros / 1e3);
  }

  private static String words(RegistryState registry) {
    String state = registry.getState().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String detail = registry.getDetail().isEmpty() ? "" : ": " + registry.getDetail();
    return Shown.of(
        "registry '%s' %s%s%s".formatted(registry.getRegistry(), state, when(registry), detail));
  }

  private static String when(RegistryState registry) {
    if (registry.getAnswerMicros() > 0) {
      return " in " + shown(registry.getAnswerMicros());
    }
    Duration age = Duration.ofMillis(registry.getAgeMillis());
    return age.toSeconds() == 0 ? "" : ", heard " + age.toSeconds() + " s ago";
  }

  /** One object, on one line. */
  String json() {
    String hops =
        PARTS.stream().map(part -> json(part, part.of(echoes))).collect(Collectors.joining(","));
    String registries =
        last().getRegistriesList().stream().map(ProbeReport::json).collect(Collectors.joining(","));
    return String.format(
        Locale.ROOT,
        "{\"tunnel\":%s,\"client\":%s,\"payload_bytes\":%d,\"count\":%d,\"times\":[%s],"
            + "\"registries\":[%s]}%n",
        quoted(tunnel),
        quoted(client()),
        payloadBytes,
        echoes.size(),
        hops,
        registries);
  }

  private static String json(Part part, Spread spread) {
    return String.format(
        Locale.ROOT,
        "{\"where\":%s,\"median_ms\":%.3f,\"min_ms\":%.3f,\"max_ms\":%.3f}",
        quoted(part.key()),
        spread.median() / 1e3,
        spread.least() / 1e3,
        spread.most() / 1e3);
  }

  private static String json(RegistryState registry) {
    return String.format(
        Locale.ROOT,
        "{\"registry\":%s,\"state\":%s,\"detail\":%s,\"age_ms\":%d%s}",
        quoted(registry.getRegistry()),
        quoted(registry.getState().name().toLowerCase(Locale.ROOT)),
        quoted(registry.getDetail()),
        registry.getAgeMillis(),
        answerTime(registry));
  }

  /** Nothing if it was not asked, or has not answered. */
  private static String answerTime(RegistryState registry) {
    long micros = registry.getAnswerMicros();
    return micros == 0 ? "" : String.format(Locale.ROOT, ",\"answer_ms\":%.3f", micros / 1e3);
  }

  private static String quoted(String text) {
    return '"'
        + Shown.of(text).replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t")
        + '"';
  }

  /** Its name ends as those in the server's log do. */
  private String client() {
    return Shown.of(last().getClient().replace("…", "..."));
  }

  private EchoResponse last() {
    return echoes.get(echoes.size() - 1).answer();
  }
}
