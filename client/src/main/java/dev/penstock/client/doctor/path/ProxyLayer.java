package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.diagnosis.Answer;
import dev.penstock.client.doctor.diagnosis.Diagnoses;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.diagnosis.HeaderFields;
import dev.penstock.client.doctor.diagnosis.Hop;
import dev.penstock.client.doctor.diagnosis.Marks;
import dev.penstock.client.doctor.diagnosis.Product;
import dev.penstock.client.doctor.diagnosis.Sent;
import dev.penstock.client.doctor.visit.Exchange;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.tunnel.connection.Destination;
import dev.penstock.tunnel.connection.Proxy;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the proxy to connect to the server, and sees what answers if it does not. */
final class ProxyLayer implements Layer {
  private static final Duration ENOUGH = Duration.ofSeconds(8);

  @Override
  public String name() {
    return "proxy";
  }

  @Override
  public List<Line> examine(Visit visit) throws InterruptedException {
    Way way = Way.of(visit.config());
    if (way.proxy() == null) {
      return List.of(Line.skip(name(), "", "no proxy is in use for " + way.host()));
    }
    Time time = Time.start();
    String subject = Addresses.inWords(way.proxy().host(), way.proxy().port());
    try (Wire wire = new Wire()) {
      Line line = examine(way, subject, wire, Bounds.of(visit, ENOUGH));
      if (line.verdict() == Verdict.FAIL) {
        visit.block(name());
      } else {
        visit
            .path()
            .connected(new Hop(Product.UNKNOWN, true, List.of("the proxy " + subject), false));
      }
      return List.of(line);
    } catch (IOException e) {
      visit.block(name());
      return List.of(
          Line.fail(
              name(),
              subject,
              time.elapsed(),
              Failure.inWords(e),
              "check the settings 'proxy' and 'proxy-password-file'"));
    }
  }

  private Line examine(Way way, String subject, Wire wire, Duration bound)
      throws IOException, InterruptedException {
    Destination server = way.destination(null);
    Proxy proxy = server.proxy();
    if (proxy == null || proxy.protocol() == Proxy.Protocol.SOCKS5) {
      Time time = Time.start();
      wire.connect(server, bound).close();
      return Line.pass(
          name(), subject, time.elapsed(), "SOCKS 5: it connected to " + way.authority());
    }
    Destination itself =
        new Destination(
            subject, proxy.address().getHostString(), proxy.address().getPort(), null, null);
    Sent sent = connect(way, proxy);
    Exchange exchange = wire.ask(itself, HttpMethod.CONNECT, way.authority(), sent, bound);
    return judge(way, subject, exchange);
  }

  /** As the client itself asks: with the user and the password at once, if there are any. */
  private static Sent connect(Way way, Proxy proxy) {
    List<String> headers = new ArrayList<>(List.of("Host", way.authority()));
    if (proxy.user() != null) {
      headers.addAll(List.of("Proxy-Authorization", basic(proxy.user(), proxy.password())));
    }
    return new Sent(
        way.isSecure(),
        way.host(),
        way.port(),
        way.authority(),
        HeaderFields.of(headers.toArray(new String[0])),
        "");
  }

  private static String basic(String user, @Nullable String password) {
    byte[] pair =
        (user + ":" + (password == null ? "" : password)).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private Line judge(Way way, String subject, Exchange exchange) {
    Optional<Diagnosis> wrong = Diagnoses.ofProxy(exchange.sent(), exchange.answer(), subject);
    if (wrong.isEmpty()) {
      return Line.pass(
          name(),
          subject,
          exchange.took(),
          "CONNECT: it connected to %s%s".formatted(way.authority(), whoIs(exchange.answer())));
    }
    return Line.fail(
            name(),
            subject,
            exchange.took(),
            "CONNECT to %s: %s".formatted(way.authority(), wrong.get().evidence()),
            "have the proxy let this host pass, or mend the settings 'proxy' and"
                + " 'proxy-password-file'")
        .because(wrong.get());
  }

  private static String whoIs(Answer answer) {
    return answer instanceof Answer.Http http
        ? Marks.of(null, http).last().map(hop -> "; it is " + hop.inWords()).orElse("")
        : "";
  }
}
