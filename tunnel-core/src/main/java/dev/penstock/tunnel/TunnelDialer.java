package dev.penstock.tunnel;

import dev.penstock.tunnel.channel.SessionSource;
import dev.penstock.tunnel.channel.TunnelAddress;
import dev.penstock.tunnel.channel.TunnelLoops;
import dev.penstock.tunnel.session.Attachment;
import dev.penstock.tunnel.session.DialFailure;
import dev.penstock.tunnel.session.DialLoop;
import dev.penstock.tunnel.session.SessionClosed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
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
  private final DialLoop loop;
  private final Reports reports;
  private final TunnelOptions options;
  private final String tunnelId;

  private TunnelDialer(Builder builder) throws IOException {
    this.options = builder.options;
    this.tunnelId = builder.tunnelId;
    this.reports = new Reports(builder.listener, builder.options);
    this.loop = new DialLoop(builder.settings(), reports);
  }

  /**
   * Begins to describe a dialer.
   *
   * @param server {@code ws://} or {@code wss://}, with a path prefix if the ingress wants one
   */
  public static Builder builder(URI server, String tunnelId) {
    return new Builder(server, tunnelId);
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
      public void start(TunnelLoops loops, Consumer<Attachment> onAttached) {
        reports.adopt = onAttached;
        loop.start(loops);
      }

      @Override
      public void stop() {
        loop.stop();
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
    private @Nullable InetSocketAddress proxy;
    private @Nullable String proxyUser;
    private @Nullable String proxyPassword;
    private @Nullable Path trustedCertificates;

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

    public Builder listener(DialerListener newListener) {
      this.listener = newListener;
      return this;
    }

    /**
     * Dials through an HTTP proxy with CONNECT.
     *
     * @param user for Basic authentication; null for none
     */
    public Builder httpProxy(
        InetSocketAddress address, @Nullable String user, @Nullable String password) {
      this.proxy = address;
      this.proxyUser = user;
      this.proxyPassword = password;
      return this;
    }

    /** Trusts the certificates of this PEM bundle for {@code wss}, instead of the platform's. */
    public Builder trustedCertificates(Path pemBundle) {
      this.trustedCertificates = pemBundle;
      return this;
    }

    /**
     * Checks what was described.
     *
     * @throws IOException when the trusted certificates cannot be used
     * @throws IllegalArgumentException for a URL, tunnel id or instance that is not valid
     */
    public TunnelDialer build() throws IOException {
      return new TunnelDialer(this);
    }

    private DialLoop.Settings settings() {
      return new DialLoop.Settings(
          server,
          tunnelId,
          instance,
          token,
          options.handshakeTimeout(),
          proxy,
          proxyUser,
          proxyPassword,
          trustedCertificates);
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

    /** Set before the loop's thread starts. */
    private Consumer<Attachment> adopt = attachment -> {};

    Reports(DialerListener listener, TunnelOptions options) {
      this.listener = listener;
      this.options = options;
    }

    @Override
    public void onAttached(Attachment attachment) {
      adopt.accept(attachment);
      Tunnel tunnel = Tunnel.dialled(attachment, options);
      tunnels.put(attachment, tunnel);
      listener.onAttached(tunnel);
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
