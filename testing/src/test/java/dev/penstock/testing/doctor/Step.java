package dev.penstock.testing.doctor;

import dev.penstock.testing.hops.Hop;
import dev.penstock.testing.hops.HopChain;
import dev.penstock.testing.hops.Hops;
import dev.penstock.testing.ingress.BrokenIngress;
import dev.penstock.testing.ingress.Ingress;
import dev.penstock.testing.ingress.IngressProduct;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.Squid;
import dev.penstock.testing.registry.Credentials;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One hop more, in front of what there is.
 *
 * @param needs the products that have to be installed for it
 */
record Step(List<PeerBinary> needs, Start start) {
  /** What is 60 s where people have it, so that it can be waited for. */
  static final Duration IDLE = Duration.ofSeconds(3);

  static final Credentials USER = new Credentials("somebody", "a-rather-long-secret");

  /** How it is put there. */
  @FunctionalInterface
  interface Start {
    OpenPath before(OpenPath next, Site site) throws Exception;
  }

  OpenPath before(OpenPath next, Site site) throws Exception {
    return start.before(next, site);
  }

  /** The ingress as we recommend it, but for TLS. */
  static Step plain(IngressProduct product) {
    return ingress(product, site -> Ingress.recommended(product));
  }

  /** The ingress as we recommend it. */
  static Step recommended(IngressProduct product) {
    return ingress(product, site -> Ingress.recommended(product).tls(site.certificate()));
  }

  private static Step ingress(IngressProduct product, Configured configured) {
    return new Step(
        List.of(product.peer()),
        (next, site) -> {
          Ingress ingress = configured.at(site).start(site.directory(), next.address());
          return new OpenPath(ingress.server(), Optional.empty(), ingress::close);
        });
  }

  private interface Configured {
    Ingress.Builder at(Site site);
  }

  static Step broken(BrokenIngress broken) {
    return new Step(
        List.of(broken.peer()),
        (next, site) -> {
          var hop = broken.inFrontOf(next.address(), IDLE, site.directory());
          return new OpenPath(hop.server(), hop.proxy(), hop::close);
        });
  }

  /** A forward proxy that lets everybody through, to what there is. */
  static Step squid() {
    return forward(Squid::forEverybody, Squid::url);
  }

  /** One that lets {@link #USER} through, and the client knows. */
  static Step squidForUser() {
    return forward(() -> Squid.start(USER), squid -> squid.urlFor(USER.username()));
  }

  private static Step forward(Starting starting, Using using) {
    return new Step(
        List.of(PeerBinary.SQUID),
        (next, site) -> {
          Squid squid = starting.start();
          return new OpenPath(next.server(), Optional.of(using.url(squid)), squid::close);
        });
  }

  private interface Starting {
    Squid start() throws Exception;
  }

  private interface Using {
    URI url(Squid squid);
  }

  /** Test hops in the place of the client's forward proxy. */
  static Step forwardProxy(String... names) {
    return new Step(
        List.of(),
        (next, site) -> {
          HopChain chain = chain(next, names);
          URI proxy = URI.create("http://127.0.0.1:" + chain.address().getPort());
          return new OpenPath(next.server(), Optional.of(proxy), chain::close);
        });
  }

  /** Test hops in a row, from the client's end. */
  static Step hops(String... names) {
    return hops("ws", names);
  }

  /** The same, which speak TLS to the client. */
  static Step tlsHops(String... names) {
    return hops("wss", names);
  }

  private static Step hops(String scheme, String... names) {
    return new Step(
        List.of(),
        (next, site) -> {
          HopChain chain = chain(next, names);
          URI server = URI.create(scheme + "://127.0.0.1:" + chain.address().getPort());
          return new OpenPath(server, Optional.empty(), chain::close);
        });
  }

  private static HopChain chain(OpenPath next, String... names) throws Exception {
    return HopChain.start(
        next.address(), Arrays.stream(names).map(Hops::parse).toArray(Hop[]::new));
  }
}
