package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.tunnel.connection.ConnectException;
import dev.penstock.tunnel.connection.Connecting;
import dev.penstock.tunnel.connection.Destination;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Connects to each address of the first hop, all at once. */
final class TcpLayer implements Layer {
  /** A connection that takes longer is of no use to anybody. */
  private static final Duration ENOUGH = Duration.ofSeconds(8);

  @Override
  public String name() {
    return "tcp";
  }

  @Override
  public List<Line> examine(Visit visit) throws InterruptedException {
    Way way = Way.of(visit.config());
    List<Attempt> attempts = new ArrayList<>();
    try (Wire wire = new Wire()) {
      for (InetAddress address : visit.path().addresses()) {
        attempts.add(Attempt.begin(wire, address, way.firstPort(), Bounds.of(visit, ENOUGH)));
      }
      for (Attempt attempt : attempts) {
        attempt.await();
      }
    }
    boolean isAnyThere = attempts.stream().anyMatch(attempt -> attempt.failure.isEmpty());
    if (!isAnyThere) {
      visit.block(name());
    }
    return attempts.stream().map(attempt -> line(way, attempt, isAnyThere)).toList();
  }

  private Line line(Way way, Attempt attempt, boolean isAnyThere) {
    String subject = attempt.inWords();
    Duration took = attempt.took.join();
    if (attempt.failure.isEmpty()) {
      String to = way.proxy() == null ? "connected" : "connected to the proxy";
      return Line.pass(name(), subject, took, to);
    }
    return isAnyThere
        ? Line.warn(
            name(),
            subject,
            took,
            attempt.failure,
            "another address works, but each connection may lose time here: mend it, or take this"
                + " address out of DNS")
        : Line.fail(name(), subject, took, attempt.failure, advice(way));
  }

  private static String advice(Way way) {
    return way.proxy() == null
        ? "is it up, the port right in the setting 'server', and open in the firewalls from here?"
            + " where everything goes through a proxy, give the setting 'proxy'"
        : "is the proxy up, and its port right in the setting 'proxy'?";
  }

  /** One connection on its way. */
  private static final class Attempt {
    private final InetSocketAddress address;
    private final Connecting connecting;
    private String failure = "";

    /** Completed on the event loop, when the connecting is done. */
    private final CompletableFuture<Duration> took = new CompletableFuture<>();

    private Attempt(InetSocketAddress address, Connecting connecting) {
      this.address = address;
      this.connecting = connecting;
    }

    static Attempt begin(Wire wire, InetAddress address, int port, Duration bound) {
      String host = address.getHostAddress();
      Time time = Time.start();
      Connecting connecting =
          wire.begin(new Destination(inWords(address, port), host, port, null, null), bound);
      Attempt attempt = new Attempt(new InetSocketAddress(address, port), connecting);
      connecting.channel().addListener(done -> attempt.took.complete(time.elapsed()));
      return attempt;
    }

    void await() throws InterruptedException {
      try {
        Wire.await(connecting).close().await();
      } catch (ConnectException e) {
        failure = Failure.inWords(e);
      }
    }

    String inWords() {
      return inWords(address.getAddress(), address.getPort());
    }

    private static String inWords(InetAddress address, int port) {
      return Addresses.inWords(Addresses.inWords(address), port);
    }
  }
}
