package dev.penstock.client.doctor.path;

import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Visit;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks the first hop's name up: the server's, or the proxy's, which then looks up the server's.
 */
final class NamesLayer implements Layer {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  @Override
  public String name() {
    return "names";
  }

  @Override
  public List<Line> examine(Visit visit) throws InterruptedException {
    Way way = Way.of(visit.config());
    String host = way.firstHost();
    Time time = Time.start();
    try {
      List<InetAddress> addresses = lookUp(host, visit.bound());
      visit.path().found(addresses);
      return List.of(Line.pass(name(), host, time.elapsed(), inWords(way, addresses)));
    } catch (UnknownHostException e) {
      return unknown(visit, way, time.elapsed(), "the name is unknown");
    } catch (TimeoutException e) {
      return unknown(visit, way, time.elapsed(), "no answer of the name service");
    }
  }

  /** The system's resolver blocks for as long as it likes. */
  private static List<InetAddress> lookUp(String host, Duration bound)
      throws UnknownHostException, TimeoutException, InterruptedException {
    FutureTask<List<InetAddress>> lookup =
        new FutureTask<>(() -> List.of(InetAddress.getAllByName(host)));
    Thread thread = new Thread(lookup, "penstock-doctor-lookup");
    thread.setDaemon(true);
    thread.start();
    try {
      return lookup.get(bound.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      UnknownHostException unknown = new UnknownHostException(host);
      unknown.initCause(e);
      throw unknown;
    }
  }

  private List<Line> unknown(Visit visit, Way way, Duration took, String seen) {
    visit.block(name());
    String setting = way.proxy() == null ? "server" : "proxy";
    String proxy = way.proxy() == null ? "; behind a proxy, give the setting 'proxy'" : "";
    return List.of(
        Line.fail(
            name(),
            way.firstHost(),
            took,
            seen,
            "check the host in the setting '%s', and this machine's DNS%s"
                .formatted(setting, proxy)));
  }

  private static String inWords(Way way, List<InetAddress> addresses) {
    String host = way.firstHost();
    String what =
        ADDRESS.matcher(host).matches()
            ? "an address, and no name to look up"
            : Stream.of(family(addresses, false), family(addresses, true))
                .filter(words -> !words.isEmpty())
                .collect(Collectors.joining("; "));
    return way.proxy() == null
        ? what
        : "the proxy: %s; it looks up %s itself".formatted(what, way.host());
  }

  private static String family(List<InetAddress> addresses, boolean isIpv6) {
    String all =
        addresses.stream()
            .filter(address -> address instanceof Inet6Address == isIpv6)
            .map(Addresses::inWords)
            .collect(Collectors.joining(", "));
    return all.isEmpty() ? "" : (isIpv6 ? "IPv6 " : "IPv4 ") + all;
  }
}
