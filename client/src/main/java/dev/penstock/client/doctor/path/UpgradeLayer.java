package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.diagnosis.Answer.Http;
import dev.penstock.client.doctor.diagnosis.Arrived;
import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.diagnosis.Diagnoses;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.diagnosis.Sent;
import dev.penstock.client.doctor.visit.Amounts;
import dev.penstock.client.doctor.visit.Exchange;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Limited;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.PathFindings;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.tunnel.connection.Destination;
import dev.penstock.tunnel.connection.TlsFiles;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks for an upgrade, as a tunnel would, and compares what was sent with what arrived.
 *
 * <p>The token is shown to nobody but the server: only once that has answered a request itself.
 */
final class UpgradeLayer implements Layer {
  private static final Duration ENOUGH = Duration.ofSeconds(6);

  /** For a second try, where the line has proven quick. */
  private static final Duration SOON = Duration.ofSeconds(4);

  /** More than anybody's buffer. */
  private static final int PUSHED = 1 << 20;

  @Override
  public String name() {
    return "upgrade";
  }

  @Override
  public List<Line> examine(Visit visit) throws InterruptedException {
    Way way = Way.of(visit.config());
    Time time = Time.start();
    try (Wire wire = new Wire()) {
      Exchange exchange = ask(visit, way, wire);
      Line line = judge(visit, way, wire, exchange);
      if (line.verdict() == Verdict.FAIL) {
        visit.block(name());
      }
      return List.of(line);
    } catch (IOException e) {
      visit.block(name());
      return List.of(
          Line.fail(
              name(),
              way.authority(),
              time.elapsed(),
              Failure.inWords(e),
              "mend the file, or the layer below, that this names"));
    }
  }

  private static Exchange ask(Visit visit, Way way, Wire wire)
      throws IOException, InterruptedException {
    Destination to = way.destination(TlsFiles.dialling(visit.config().network().tls()));
    Duration bound = Bounds.of(visit, ENOUGH);
    Time time = Time.start();
    boolean isKnown = visit.path().isServerKnown();
    Exchange first = ask(visit, way, wire, to, isKnown ? token(visit) : null, bound);
    // It wants a token, and it is the server: another hop may still have let this pass only.
    boolean isAskedFor =
        !isKnown
            && PathFindings.isServers(first)
            && first.answer() instanceof Http http
            && http.status() == 401;
    return isAskedFor ? ask(visit, way, wire, to, token(visit), time.leftOf(visit.bound())) : first;
  }

  private static Exchange ask(
      Visit visit, Way way, Wire wire, Destination to, @Nullable String token, Duration bound)
      throws IOException, InterruptedException {
    Exchange exchange = wire.ask(to, HttpMethod.GET, way.path(), way.upgrade(token), bound);
    visit.path().answered(exchange);
    return exchange;
  }

  private static String token(Visit visit) throws IOException {
    return visit.config().token().read();
  }

  private Line judge(Visit visit, Way way, Wire wire, Exchange exchange)
      throws IOException, InterruptedException {
    Optional<Diagnosis> wrong = diagnose(exchange, visit.path().isServerKnown());
    if (wrong.isEmpty() && exchange.isSwitched() && exchange.firstMessage() == null) {
      wrong = Optional.of(silenced(visit, way, wire, exchange));
    }
    if (wrong.isPresent()) {
      return Line.fail(
              name(),
              way.authority(),
              exchange.took(),
              wrong.get().evidence(),
              "do there what the remedy says")
          .because(wrong.get());
    }
    return exchange.isSwitched()
        ? Line.pass(
            name(),
            way.authority(),
            exchange.took(),
            exchange.arrived().isPresent()
                ? "101, and the server's first message came"
                : "101, and a frame came")
        : refused(way, exchange);
  }

  /** Who says behind a 101 what arrived is the server, whatever hops took off that 101. */
  private static Optional<Diagnosis> diagnose(Exchange exchange, boolean plainPassed) {
    Optional<Arrived> arrived = exchange.arrived();
    return exchange.isSwitched() && exchange.answer() instanceof Http http && arrived.isPresent()
        ? Diagnoses.of(exchange.sent(), arrived.get(), http)
        : Diagnoses.of(exchange.sent(), exchange.answer(), plainPassed);
  }

  /** Nothing may pass, or only what fills a buffer. */
  private static Diagnosis silenced(Visit visit, Way way, Wire wire, Exchange exchange)
      throws IOException, InterruptedException {
    String waited = Amounts.time(exchange.took());
    if (exchange.end() != null) {
      return Limited.by(
          visit,
          Cause.FRAMES_BLOCKED,
          "the answer was 101, and then the connection was closed %s, after %s, without a message"
              .formatted(exchange.end(), waited));
    }
    Destination to = way.destination(TlsFiles.dialling(visit.config().network().tls()));
    Sent sent = way.upgrade(visit.path().isServerKnown() ? token(visit) : null);
    Exchange pushing =
        wire.ask(to, HttpMethod.GET, way.path(), sent, PUSHED, Bounds.of(visit, SOON));
    return pushing.firstMessage() == null
        ? Limited.by(
            visit,
            Cause.FRAMES_BLOCKED,
            "the answer was 101, and then nothing came for %s; it stayed so when %s had been sent"
                .formatted(waited, Amounts.bytes(PUSHED)))
        : Limited.by(
            visit,
            Cause.BUFFERING,
            "the answer was 101, and then nothing came for %s; when %s had been sent, it did"
                .formatted(waited, Amounts.bytes(PUSHED)));
  }

  /** All headers arrived, and the server said no. */
  private Line refused(Way way, Exchange exchange) {
    int status = exchange.answer() instanceof Http http ? http.status() : 0;
    boolean isOld = status == 400 || status == 426;
    return isOld
        ? Line.warn(
            name(),
            way.authority(),
            exchange.took(),
            "the upgrade reached the server as it was sent, and the server answered " + status,
            "the server knows no probes: upgrade penstock-server, to have the rest examined")
        : Line.pass(
            name(),
            way.authority(),
            exchange.took(),
            "the upgrade reached the server as it was sent; it answered " + status);
  }
}
