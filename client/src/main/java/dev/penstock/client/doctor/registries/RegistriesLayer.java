package dev.penstock.client.doctor.registries;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.check.Outcome;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.client.doctor.visit.Waiting;
import dev.penstock.client.registry.RegistryEndpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Each registry: the way there, TLS, the credentials, one manifest. All are tried at once, from the
 * moment on that it is begun; whoever begins it closes it.
 */
public final class RegistriesLayer implements Layer, AutoCloseable {
  /** The word at the beginning of its lines. */
  public static final String NAME = "registry";

  private final RegistryExamination examination;

  private RegistriesLayer(RegistryExamination examination) {
    this.examination = examination;
  }

  /**
   * Begins with all.
   *
   * @param environment of credential helpers
   * @param manifest what to read; null: what is found
   * @throws IOException naming the file that cannot be used
   */
  public static RegistriesLayer begin(
      ClientConfig config, Map<String, String> environment, @Nullable ManifestName manifest)
      throws IOException {
    return new RegistriesLayer(RegistryExamination.begin(config, environment, manifest));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Line> examine(Visit visit) throws InterruptedException {
    Waiting waiting = Waiting.of(visit.bound());
    List<Line> lines = new ArrayList<>();
    List<RegistryEndpoint> registries = visit.config().registries();
    for (int i = 0; i < registries.size(); i++) {
      RegistryExamination.Results results =
          await(examination.results().get(i), registries.get(i), waiting);
      visit.upper().failed(results.outcome());
      lines.addAll(results.lines());
    }
    return lines;
  }

  private static RegistryExamination.Results await(
      CompletableFuture<RegistryExamination.Results> results,
      RegistryEndpoint registry,
      Waiting waiting)
      throws InterruptedException {
    Time watch = Time.start();
    try {
      return results.get(waiting.left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return new RegistryExamination.Results(
          List.of(
              Line.fail(
                  NAME,
                  registry.name(),
                  watch.elapsed(),
                  registry.uri() + " has not answered in the time there was",
                  "something on the way takes the connection and keeps silent")),
          Outcome.UNREACHABLE);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    examination.close();
  }
}
