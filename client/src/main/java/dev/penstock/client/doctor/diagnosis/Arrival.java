package dev.penstock.client.doctor.diagnosis;

import dev.penstock.tunnel.connection.ForeignText;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares what was sent with what arrived. */
final class Arrival {
  private final Sent sent;
  private final Arrived arrived;
  private final Marks marks;

  private Arrival(Sent sent, Arrived arrived, Answer.Http answer) {
    this.sent = sent;
    this.arrived = arrived;
    this.marks = Marks.of(arrived, answer);
  }

  /** By what the server says in the body of its answer, or by a 101 alone. */
  static Optional<Diagnosis> of(Sent sent, Answer.Http answer) {
    return answer.status() == 101
        ? switched(sent, answer)
        : Arrived.parse(answer.body()).flatMap(arrived -> of(sent, arrived, answer));
  }

  static Optional<Diagnosis> of(Sent sent, Arrived arrived, Answer.Http answer) {
    Arrival arrival = new Arrival(sent, arrived, answer);
    return arrival.path().or(() -> sent.isUpgrade() ? arrival.upgrade() : Optional.empty());
  }

  private Optional<Diagnosis> path() {
    return arrived.path().isEmpty() || arrived.path().equals(sent.path())
        ? Optional.empty()
        : found(
            Cause.PATH_REWRITTEN,
            "the path was %s when the request reached the server, and %s when it was sent"
                .formatted(ForeignText.printable(arrived.path()), sent.path()));
  }

  private Optional<Diagnosis> upgrade() {
    boolean hasUpgrade = arrived.headers().hasToken("Upgrade", "websocket");
    boolean hasConnection = arrived.headers().hasToken("Connection", "upgrade");
    if (arrived.isHttp10()) {
      return http10(hasUpgrade && hasConnection);
    }
    Optional<String> older = hasUpgrade ? Optional.empty() : http10OnTheWay();
    if (older.isPresent()) {
      return found(Cause.HTTP10_UPSTREAM, older.get());
    }
    if (!hasUpgrade) {
      return found(
          Cause.UPGRADE_DROPPED,
          "the upgrade headers were gone when the request reached the server"
              + gone(hasConnection));
    }
    if (!hasConnection) {
      return found(
          Cause.CONNECTION_HEADER_DROPPED,
          "Connection: Upgrade was gone when the request reached the server, and Upgrade was there");
    }
    return dropped();
  }

  private Optional<Diagnosis> http10(boolean hasAll) {
    return found(
        Cause.HTTP10_UPSTREAM,
        "the request reached the server as HTTP/1.0"
            + (hasAll ? "" : ", and its upgrade headers were gone"));
  }

  /** A hop tells in Via by which version it was asked, and we asked by 1.1. */
  private Optional<String> http10OnTheWay() {
    return arrived
        .headers()
        .all("Via")
        .flatMap(value -> Stream.of(value.split(",", -1)))
        .map(String::strip)
        .filter(element -> element.matches("(?i)(HTTP/)?1\\.0 .*"))
        .findFirst()
        .map(
            element ->
                "the request reached a hop as HTTP/1.0 (%s), and the server without its upgrade headers"
                    .formatted(Hop.mark("Via", element)));
  }

  private String gone(boolean hasConnection) {
    String connection = arrived.headers().all("Connection").collect(Collectors.joining(", "));
    return hasConnection
        ? " (Upgrade alone; Connection was there)"
        : connection.isEmpty() ? "" : " (it had " + Hop.mark("Connection", connection) + ")";
  }

  private Optional<Diagnosis> dropped() {
    Optional<String> header =
        Stream.of(
                "Sec-WebSocket-Protocol",
                "Authorization",
                "Sec-WebSocket-Key",
                "Sec-WebSocket-Version")
            .filter(name -> sent.headers().has(name) && !arrived.headers().has(name))
            .findFirst();
    return header.flatMap(
        name ->
            found(
                cause(name),
                "the header %s was gone when the request reached the server".formatted(name)));
  }

  private static Cause cause(String header) {
    return switch (header) {
      case "Sec-WebSocket-Protocol" -> Cause.SUBPROTOCOL_DROPPED;
      case "Authorization" -> Cause.AUTHORIZATION_DROPPED;
      default -> Cause.WEBSOCKET_HEADER_DROPPED;
    };
  }

  private Optional<Diagnosis> found(Cause cause, String evidence) {
    Culprit culprit = Culprit.of(cause, arrived, marks);
    return Optional.of(
        new Diagnosis(
            cause,
            culprit.inWords(),
            evidence + "; " + marks.inWords(),
            Remedies.of(cause, culprit.products(), sent)));
  }

  /** What a 101 lacks: a client of WebSockets would not take it. */
  static Optional<Diagnosis> switched(Sent sent, Answer.Http answer) {
    Optional<String> accept = answer.headers().first("Sec-WebSocket-Accept");
    if (accept.filter(sent.accept()::equals).isEmpty()) {
      return lacking(
          Cause.WEBSOCKET_HEADER_DROPPED,
          sent,
          answer,
          accept.isEmpty()
              ? "the 101 has no header Sec-WebSocket-Accept"
              : "the header Sec-WebSocket-Accept of the 101 is not for the key that was sent");
    }
    return !sent.headers().has("Sec-WebSocket-Protocol")
            || answer.headers().has("Sec-WebSocket-Protocol")
        ? Optional.empty()
        : lacking(
            Cause.SUBPROTOCOL_DROPPED,
            sent,
            answer,
            "the 101 has no header Sec-WebSocket-Protocol");
  }

  private static Optional<Diagnosis> lacking(
      Cause cause, Sent sent, Answer.Http answer, String evidence) {
    Marks marks = Marks.of(null, answer);
    return Optional.of(Diagnoses.found(cause, sent, marks, evidence + "; " + marks.inWords()));
  }
}
