package dev.penstock.testing.ingress;

import dev.penstock.testing.peers.FreePort;
import dev.penstock.testing.peers.ReloadablePeer;
import dev.penstock.testing.peers.TestIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An ingress that runs, on a free loopback port, in front of one server or two. One thread. */
public final class Ingress implements AutoCloseable {
  private static final List<String> SERVERS =
      List.of("penstock-1.internal:8080", "penstock-2.internal:8080");

  private final ReloadablePeer peer;
  private final URI server;

  private Ingress(ReloadablePeer peer, URI server) {
    this.peer = peer;
    this.server = server;
  }

  /** Begins from the recommended configuration of a product. */
  public static Builder recommended(IngressProduct product) {
    return new Builder(product);
  }

  /** Where clients find the server, as {@code wss://127.0.0.1:443}. */
  public URI server() {
    return server;
  }

  /** As an operator reloads it; new connections are served by new processes when this returns. */
  public void reload() throws IOException, InterruptedException {
    peer.reload();
  }

  @Override
  public void close() {
    peer.close();
  }

  /** What is to differ from the recommended configuration. */
  public static final class Builder {
    private final IngressProduct product;
    private ConfigText text;
    private @Nullable TestIdentity identity;

    private Builder(IngressProduct product) {
      this.product = product;
      this.text = ConfigText.recommended(product.file());
    }

    /** Speaks TLS with this certificate; without, it speaks plain HTTP. */
    public Builder tls(TestIdentity shown) {
      identity = shown;
      return this;
    }

    /** The longest silence of a tunnel; Apache httpd rounds it to seconds. */
    public Builder silentFor(Duration idle) {
      text = product.silentFor(text, idle);
      return this;
    }

    /**
     * How long tunnels may stay in old processes after a reload; Apache httpd has no such bound.
     */
    public Builder finishingWithin(Duration bound) {
      text = product.finishingWithin(text, bound);
      return this;
    }

    Builder changed(UnaryOperator<ConfigText> change) {
      text = change.apply(text);
      return this;
    }

    /**
     * Starts it in front of one server or two, with its files in a new directory below {@code
     * directory}, which must exist. It serves when this returns.
     */
    public Ingress start(Path directory, InetSocketAddress... servers)
        throws IOException, InterruptedException {
      Path own = Files.createTempDirectory(directory, "ingress");
      int port = FreePort.pick();
      ConfigText complete = listening(upstream(List.of(servers)), port, own);
      String scheme = identity == null ? "ws" : "wss";
      return new Ingress(product.start(complete, own), URI.create(scheme + "://127.0.0.1:" + port));
    }

    private ConfigText upstream(List<InetSocketAddress> servers) {
      if (servers.isEmpty() || servers.size() > SERVERS.size()) {
        throw new IllegalArgumentException("one server or two, and not " + servers.size());
      }
      ConfigText with = text;
      for (int i = 0; i < SERVERS.size(); i++) {
        with =
            i < servers.size()
                ? with.replacing(SERVERS.get(i), "127.0.0.1:" + servers.get(i).getPort())
                : with.withoutLines(SERVERS.get(i));
      }
      return with;
    }

    private ConfigText listening(ConfigText with, int port, Path own) throws IOException {
      return identity == null
          ? product.listeningPlain(with, port)
          : product.listeningTls(with, port, identity, own);
    }
  }
}
