package dev.penstock.client.doctor;

import dev.penstock.client.check.Outcome;
import dev.penstock.client.registry.RegistryEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Each registry: the way there, TLS, the credentials, one manifest. */
final class RegistriesLayer implements Layer {
  static final String NAME = "registry";

  private final RegistryExamination examination;

  RegistriesLayer(RegistryExamination examination) {
    this.examination = examination;
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
}
