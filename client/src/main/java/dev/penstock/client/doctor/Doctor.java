package dev.penstock.client.doctor;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.check.Outcome;
import dev.penstock.client.doctor.diagnosis.Answer;
import dev.penstock.client.doctor.limits.LimitsLayer;
import dev.penstock.client.doctor.line.LineLayers;
import dev.penstock.client.doctor.path.PathLayers;
import dev.penstock.client.doctor.probe.ProbeSource;
import dev.penstock.client.doctor.redaction.KnownSecrets;
import dev.penstock.client.doctor.redaction.Redaction;
import dev.penstock.client.doctor.registries.RegistriesLayer;
import dev.penstock.client.doctor.visit.Advice;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.PathFindings;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.client.doctor.visit.Visit;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Walks the path from here to the server, layer by layer, and to the registries. It changes
 * nothing: no session begins, so that a working client is not disturbed.
 *
 * <p>{@link #run} once, by one thread; any may {@link #stop} it.
 */
public final class Doctor {
  /** Of a run without a watch for limits, whatever the path does. */
  static final Duration BOUND = Duration.ofSeconds(60);

  /** Of one layer. */
  static final Duration LAYER_BOUND = Duration.ofSeconds(12);

  /** From here on the layers send the token. */
  private static final String FIRST_WITH_TOKEN = "upgrade";

  private final ClientConfig config;
  private final Map<String, String> environment;
  private final DoctorOptions options;
  private final Redaction redaction;
  private final Visit visit;
  private final Walk walk;
  private final List<Line> lines = new ArrayList<>();

  /**
   * Connects to nothing yet; reads the secrets that it must not tell.
   *
   * @param environment of credential helpers and proxies
   */
  public Doctor(ClientConfig config, Map<String, String> environment, DoctorOptions options) {
    this.config = config;
    this.environment = environment;
    this.options = options;
    redaction = Redaction.of(KnownSecrets.of(config, environment));
    visit = new Visit(config, LAYER_BOUND, ProbeSource.dialling(config));
    Duration watch = options.watch();
    walk = new Walk(visit, watch == null ? BOUND : BOUND.plus(watch).plus(LimitsLayer.GRACE));
  }

  /**
   * Examines all; blocks for at most a minute, and what the watch for limits takes.
   *
   * @param tell is told each line as it comes
   */
  public Examination run(Consumer<Line> tell) throws InterruptedException {
    Instant started = Instant.now();
    try {
      walk(line -> found(line, tell));
    } finally {
      visit.upper().probes().close();
    }
    return new Examination(
        started,
        lines,
        outcome(),
        Advice.of(visit.upper()),
        redaction.jsonByValue(arrived()),
        Pem.of(visit.path().chain()));
  }

  /** As the server told a probe, or else whoever asked it for less. */
  private String arrived() {
    String told = visit.upper().arrived();
    return told.isEmpty()
        ? visit
            .path()
            .upgrade()
            .filter(PathFindings::isServers)
            .or(() -> visit.path().plain().filter(PathFindings::isServers))
            .map(exchange -> exchange.answer() instanceof Answer.Http http ? http.body() : "")
            .orElse("")
        : told;
  }

  /** Ends soon; {@link #run} tells what is known by then. */
  public void stop() {
    walk.stop();
  }

  private void walk(Consumer<Line> tell) throws InterruptedException {
    walk.beside(new SettingsLayer(), LAYER_BOUND).forEach(tell);
    try (RegistriesLayer registries =
        RegistriesLayer.begin(config, environment, options.manifest())) {
      path(tell);
      walk.beside(registries, LAYER_BOUND).forEach(tell);
    } catch (IOException e) {
      visit.upper().failed(Outcome.MISCONFIGURED);
      path(tell);
      tell.accept(
          Line.fail(
              RegistriesLayer.NAME,
              "",
              Duration.ZERO,
              "no registry was asked: " + e.getMessage(),
              "mend that file first"));
    }
  }

  private void path(Consumer<Line> tell) throws InterruptedException {
    for (Layer layer : PathLayers.all()) {
      if (layer.name().equals(FIRST_WITH_TOKEN) && !isTokenReadable()) {
        visit.block(SettingsLayer.NAME);
      }
      walk.onPath(layer, LAYER_BOUND).forEach(tell);
    }
    walk.beside(PathLayers.hops(), LAYER_BOUND).forEach(tell);
    for (Layer layer : LineLayers.all()) {
      walk.onPath(layer, LAYER_BOUND).forEach(tell);
    }
    Duration watch = options.watch();
    walk.onPath(new LimitsLayer(watch), watch == null ? LAYER_BOUND : watch.plus(LimitsLayer.GRACE))
        .forEach(tell);
  }

  /** If it is not, the settings' line has said why. */
  private boolean isTokenReadable() {
    try {
      var unused = config.token().read();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void found(Line line, Consumer<Line> tell) {
    Line shown = line.with(redaction::byValue);
    lines.add(shown);
    tell.accept(shown);
  }

  private Outcome outcome() {
    boolean isBroken = lines.stream().anyMatch(line -> line.verdict() == Verdict.FAIL);
    Outcome known = visit.upper().outcome();
    if (!isBroken) {
      return lines.stream().anyMatch(line -> line.verdict() == Verdict.WARN)
          ? Outcome.WARNING
          : Outcome.OK;
    }
    return known.isFailure() ? known : Outcome.UNREACHABLE;
  }
}
