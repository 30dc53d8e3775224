package dev.penstock.tunnel;

import dev.penstock.tunnel.channel.SessionSource;
import dev.penstock.tunnel.channel.TunnelAddress;
import dev.penstock.tunnel.channel.TunnelChannel;
import dev.penstock.tunnel.channel.TunnelLoops;
import dev.penstock.tunnel.connection.ClientTls;
import dev.penstock.tunnel.connection.Proxy;
import dev.penstock.tunnel.session.AskedLimits;
import dev.penstock.tunnel.session.Attachment;
import dev.penstock.tunnel.session.DialFailure;
import dev.penstock.tunnel.session.DialLoop;
import dev.penstock.tunnel.session.SessionClosed;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where, as whom and how to dial: serves a gRPC server's services to a URL, for ever, reconnecting.
 *
 * <p>Give it to {@link TunnelServerBuilder#forDialer}; the server's {@code start} begins to dial
 * and its {@code shutdown} stops. One dialer serves one server. Reconnects with exponential,
 * jittered waits that honour {@code Retry-After}, and gives up never, not even after 401 or 403:
 * then it only asks rarely.
 */
public final class TunnelDialer {
  private static final int MAX_CONNECTIONS = 16;

  private final List<DialLoop> dialLoops = new ArrayList<>();
  private final Reports reports;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final TunnelOptions options;
  private final String tunnelId;

  private TunnelDialer(Builder builder) throws IOException {
    this.options = builder.options;
    this.tunnelId = builder.tunnelId;
    this.reports = new Reports(builder.listener, builder.options);
    DialLoop.Settings settings = builder.settings();
    for (int i = 0; i < builder.connections; i++) {
      dialLoops.add(new DialLoop(settings, reports));
    }
  }

  /**
   * Begins to describe a dialer.
   *
   * @param server {@code ws://} or {@code wss://}, with a path prefix if the ingress wants one
   */
  public static Builder builder(URI server, String tunnelId) {
    return new Builder(server, tunnelId);
  }

  /**
   * Asks the server to send new calls elsewhere, as a first step of a shutdown; calls in progress
   * go on. Follow it with the gRPC server's {@code shutdown}.
   */
  public void drain(String reason) {
    reports.drain(reason);
  }

  /**
   * Waits, for at most {@code longest}, until it attaches no more and each of its tunnels is over,
   * after the gRPC server's {@code shutdown}. That server knows nothing of a tunnel that is just
   * being attached; here it counts, and it, too, says good-bye.
   *
   * @return whether that is so
   */
  public boolean awaitEnd(Duration longest) throws InterruptedException {
    return ended.await(longest.toNanos(), TimeUnit.NANOSECONDS);
  }

  int connections() {
    return dialLoops.size();
  }

  TunnelOptions options() {
    return options;
  }

  TunnelAddress address() {
    return new TunnelAddress(tunnelId);
  }

  SessionSource source() {
    return new SessionSource() {
      @Override
      public void start(TunnelLoops loops, Function<Attachment, TunnelChannel> onAttached) {
        reports.adopt = onAttached;
        dialLoops.forEach(loop -> loop.start(loops.next()));
      }

      @Override
      public CompletionStage<Void> stop() {
        return CompletableFuture.allOf(
            dialLoops.stream()
                .map(loop -> loop.stop().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
      }

      @Override
      public void onEnded() {
        ended.countDown();
      }
    };
  }

  /** Describes a {@link TunnelDialer}. */
  public static final class Builder {
    private final URI server;
    private final String tunnelId;
    private Supplier<String> token = () -> "";
    private String instance = randomInstance();
    private TunnelOptions options = TunnelOptions.DEFAULTS;
    private DialerListener listener = DialerListener.NONE;

    private int connections = 1;

    private Duration maxCarrierAge = Duration.ZERO;

    private @Nullable Proxy proxy;
    private ClientTls tls = ClientTls.DEFAULTS;
    private @Nullable String serverName;
    private AskedLimits asked = AskedLimits.NONE;

    private Builder(URI server, String tunnelId) {
      this.server = server;
      this.tunnelId = tunnelId;
    }

    /** The bearer token, asked for at each dial, so that it can be changed on disk. */
    public Builder token(Supplier<String> source) {
      this.token = source;
      return this;
    }

    /** The name by which people tell this client from others; by default a random one. */
    public Builder instance(String name) {
      this.instance = name;
      return this;
    }

    public Builder options(TunnelOptions newOptions) {
      this.options = newOptions;
      return this;
    }

    /** How many tunnels to keep, 1 to 16, so that one line's loss is not everything. Default: 1. */
    public Builder connections(int count) {
      this.connections = count;
      return this;
    }

    /**
     * Moves each tunnel to a fresh connection before its own is this old, for hops that cut old
     * ones; at least 1 s. {@link Duration#ZERO}, the default, turns it off.
     */
    public Builder maxCarrierAge(Duration age) {
      this.maxCarrierAge = age;
      return this;
    }

    public Builder listener(DialerListener newListener) {
      this.listener = newListener;
      return this;
    }

    /** Dials through a proxy, {@code ws} too. */
    public Builder proxy(Proxy by) {
      this.proxy = by;
      return this;
    }

    /** Whom to trust for {@code wss}, and what to present. */
    public Builder tls(ClientTls files) {
      this.tls = files;
      return this;
    }

    /** What to ask for under TLS, and what the certificate has to be for, if not the URL's host. */
    public Builder serverName(String name) {
      this.serverName = name;
      return this;
    }

    /** Limits that the path wants; the acceptor goes along with those that are below its own. */
    public Builder asking(AskedLimits limits) {
      this.asked = limits;
      return this;
    }

    /**
     * Checks what was described.
     *
     * @throws IOException when a certificate or key cannot be used
     * @throws IllegalArgumentException for a URL, tunnel id or instance that is not valid
     */
    public TunnelDialer build() throws IOException {
      if (connections < 1 || connections > MAX_CONNECTIONS) {
        throw new IllegalArgumentException(
            "connections is %d; accepted are 1 to %d".formatted(connections, MAX_CONNECTIONS));
      }
      return new TunnelDialer(this);
    }

    private DialLoop.Settings settings() {
      return new DialLoop.Settings(
          server,
          tunnelId,
          instance,
          token,
          options.handshakeTimeout(),
          options.resumeTimeout(),
          maxCarrierAge,
          proxy,
          tls,
          serverName,
          asked);
    }

    private static String randomInstance() {
      return "client-" + Integer.toHexString(ThreadLocalRandom.current().nextInt());
    }
  }

  /** Turns the loop's events into the listener's, with one {@link Tunnel} for each session. */
  private static final class Reports implements DialLoop.Events {
    private final DialerListener listener;
    private final TunnelOptions options;
    private final Map<Attachment, Tunnel> tunnels = new ConcurrentHashMap<>(1);

    // Written by whoever shuts down, read by event loops.
    private volatile @Nullable String drainReason;

    /** Set before the loop's thread starts. */
    private Function<Attachment, TunnelChannel> adopt =
        attachment -> {
          throw new IllegalStateException("a session before the start");
        };

    Reports(DialerListener listener, TunnelOptions options) {
      this.listener = listener;
      this.options = options;
    }

    /** Tells all tunnels, those that are just attaching included. Any thread. */
    void drain(String reason) {
      drainReason = reason;
      tunnels.values().forEach(tunnel -> tunnel.drain(reason));
    }

    @Override
    public void onAttached(Attachment attachment) {
      Tunnel tunnel = Tunnel.dialled(attachment, options, adopt.apply(attachment));
      tunnels.put(attachment, tunnel);
      listener.onAttached(tunnel);
      attachment.session().observe(new TunnelObserver(tunnel, listener));
      String reason = drainReason;
      if (reason != null) {
        tunnel.drain(reason);
      }
    }

    @Override
    public void onDetached(Attachment attachment, SessionClosed why, Duration retryIn) {
      Tunnel tunnel = tunnels.remove(attachment);
      if (tunnel != null) {
        listener.onDetached(tunnel, why, retryIn);
      }
    }

    @Override
    public void onDialFailed(DialFailure failure) {
      listener.onDialFailed(failure);
    }
  }
}
