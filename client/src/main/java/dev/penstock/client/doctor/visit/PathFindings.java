package dev.penstock.client.doctor.visit;

import dev.penstock.client.doctor.diagnosis.Answer;
import dev.penstock.client.doctor.diagnosis.Answerer;
import dev.penstock.client.doctor.diagnosis.Arrived;
import dev.penstock.client.doctor.diagnosis.Hop;
import dev.penstock.client.doctor.diagnosis.Marks;
import dev.penstock.client.doctor.diagnosis.Sent;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the lower layers found of the path to the server. One thread at a time. */
public final class PathFindings {
  private List<InetAddress> addresses = List.of();
  private List<X509Certificate> chain = List.of();
  private @Nullable Exchange plain;
  private @Nullable Exchange upgrade;
  private @Nullable Hop proxy;

  /** Of the first hop: the server, or the proxy. */
  public List<InetAddress> addresses() {
    return addresses;
  }

  /** What was presented under TLS, the server's own certificate first; trusted or not. */
  public List<X509Certificate> chain() {
    return chain;
  }

  /** The plain request, and what came back. */
  public Optional<Exchange> plain() {
    return Optional.ofNullable(plain);
  }

  /** The last request for an upgrade, and what came back. */
  public Optional<Exchange> upgrade() {
    return Optional.ofNullable(upgrade);
  }

  /** Whether the server itself answered the plain request: then it may be shown the token. */
  public boolean isServerKnown() {
    return plain().filter(PathFindings::isServers).isPresent();
  }

  public static boolean isServers(Exchange exchange) {
    return Answerer.of(exchange.sent(), exchange.answer()) == Answerer.SERVER;
  }

  /** What reached the server: of the upgrade, or else of the plain request. */
  public Optional<Arrived> arrived() {
    return upgrade().flatMap(Exchange::arrived).or(() -> plain().flatMap(Exchange::arrived));
  }

  /** The hops that are known by now. */
  public Marks marks() {
    Exchange last = upgrade == null ? plain : upgrade;
    Answer answer = last == null ? null : last.answer();
    return Marks.of(arrived().orElse(null), answer instanceof Answer.Http http ? http : null);
  }

  /** The same, and the proxy that the client is told of, which sees none of the headers. */
  Marks all() {
    Hop first = proxy;
    return first == null ? marks() : marks().behind(first);
  }

  /** The layer proxy went through this one. */
  public void connected(Hop through) {
    proxy = through;
  }

  /** What the diagnoses of higher layers are about; empty before the layer http. */
  public Optional<Sent> sent() {
    return upgrade().or(this::plain).map(Exchange::sent);
  }

  public void found(List<InetAddress> ofFirstHop) {
    addresses = List.copyOf(ofFirstHop);
  }

  public void presented(List<X509Certificate> certificates) {
    chain = List.copyOf(certificates);
  }

  public void answered(Exchange exchange) {
    if (exchange.sent().headers().has("Upgrade")) {
      upgrade = exchange;
    } else {
      plain = exchange;
    }
  }
}
