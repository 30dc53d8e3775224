package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.diagnosis.Answer;
import dev.penstock.client.doctor.diagnosis.Answerer;
import dev.penstock.client.doctor.diagnosis.Diagnoses;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.visit.Exchange;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.tunnel.connection.ForeignText;
import dev.penstock.tunnel.connection.TlsFiles;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks the public port something plain, through all that is below, and sees who answers. That a hop
 * does is no failure yet: it may let upgrades pass.
 */
final class HttpLayer implements Layer {
  private static final Duration ENOUGH = Duration.ofSeconds(6);

  @Override
  public String name() {
    return "http";
  }

  @Override
  public List<Line> examine(Visit visit) throws InterruptedException {
    Way way = Way.of(visit.config());
    Time time = Time.start();
    try (Wire wire = new Wire()) {
      Exchange exchange =
          wire.ask(
              way.destination(TlsFiles.dialling(visit.config().network().tls())),
              HttpMethod.GET,
              way.path(),
              way.plain(),
              Bounds.of(visit, ENOUGH));
      visit.path().answered(exchange);
      return List.of(judge(way, exchange));
    } catch (IOException e) {
      visit.block(name());
      return List.of(
          Line.fail(
              name(),
              way.authority(),
              time.elapsed(),
              Failure.inWords(e),
              "the layers below passed a moment ago: try again; if it stays so, something cuts"
                  + " connections"));
    }
  }

  private Line judge(Way way, Exchange exchange) {
    Optional<Diagnosis> wrong = Diagnoses.of(exchange.sent(), exchange.answer(), false);
    if (wrong.isPresent()) {
      return Line.warn(
              name(),
              way.authority(),
              exchange.took(),
              wrong.get().evidence(),
              "if the upgrade fails as well, this is why")
          .because(wrong.get());
    }
    String version =
        exchange.answer() instanceof Answer.Http http
            ? http.headers().first(Answerer.SERVER_HEADER).orElse("")
            : "";
    return Line.pass(
        name(),
        way.authority(),
        exchange.took(),
        version.isEmpty()
            ? "the server itself answered"
            : "the server itself answered, version " + ForeignText.printable(version));
  }
}
