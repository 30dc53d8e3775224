package dev.penstock.server;

import dev.penstock.server.relay.RelayOptions;
import dev.penstock.tunnel.TunnelOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a server. Immutable.
 *
 * @param publicListen where clients attach; port 0 picks a free one
 * @param apiListen where callers call; port 0 picks a free one
 * @param opsListen where operators ask for health and metrics; port 0 picks a free one, null is
 *     nowhere
 * @param tokens the tokens file; must exist
 * @param publicTls TLS for clients; null when an ingress in front ends it
 * @param apiTls TLS for callers
 * @param apiInsecurePlaintext lets the API listen on other than loopback without TLS
 * @param maxCallsPerClient calls that one attached client serves at once, 1 to 10,000
 * @param streamWindowBytes the HTTP/2 window of each call in a tunnel: what a client may have under
 *     way to a caller that does not read; fills a line of that many bytes per round trip
 * @param replayWindowBytes bytes of a tunnel that may be under way without acknowledgement
 * @param heartbeat the time between pings in a tunnel
 * @param handshakeTimeout from a client's first packet to its attached tunnel
 * @param resumeTimeout how long a tunnel that has lost its connection waits for the next one
 * @param relay how patient the relay is
 * @param probeEvery the longest from one canary of an attached tunnel to the next, 1 s to 24 h;
 *     null is never
 * @param shutdownGrace how long calls in progress may go on when the server stops
 */
public record ServerConfig(
    InetSocketAddress publicListen,
    InetSocketAddress apiListen,
    @Nullable InetSocketAddress opsListen,
    Path tokens,
    @Nullable TlsFiles publicTls,
    @Nullable TlsFiles apiTls,
    boolean apiInsecurePlaintext,
    int maxCallsPerClient,
    int streamWindowBytes,
    int replayWindowBytes,
    Duration heartbeat,
    Duration handshakeTimeout,
    Duration resumeTimeout,
    RelayOptions relay,
    @Nullable Duration probeEvery,
    Duration shutdownGrace) {

  static final String DEFAULT_PUBLIC = "127.0.0.1:8080";
  static final String DEFAULT_API = "127.0.0.1:7070";
  static final String DEFAULT_MAX_CALLS_PER_CLIENT = "100";
  static final String DEFAULT_STREAM_WINDOW_BYTES = "4194304";
  static final String DEFAULT_REPLAY_WINDOW_BYTES = "8388608";
  static final String DEFAULT_HEARTBEAT = "20s";
  static final String DEFAULT_HANDSHAKE_TIMEOUT = "10s";
  static final String DEFAULT_RESUME_TIMEOUT = "60s";
  static final String DEFAULT_ATTACH_WAIT = "10s";
  static final String DEFAULT_MAX_WAITING_CALLS = "1000";
  static final String DEFAULT_STALL_TIMEOUT = "2m";
  static final String DEFAULT_CALLER_STALL_TIMEOUT = "10m";

  /** Less than the 30 s that Kubernetes gives. */
  static final String DEFAULT_SHUTDOWN_GRACE = "25s";

  private static final Duration LONGEST_GRACE = Duration.ofHours(1);

  private static final Duration SHORTEST_PERIOD = Duration.ofSeconds(1);
  private static final Duration LONGEST_PERIOD = Duration.ofHours(24);

  private static final int MOST_CALLS_PER_CLIENT = 10_000;

  /** Checks what the parts alone do not show. */
  public ServerConfig {
    if (maxCallsPerClient < 1 || maxCallsPerClient > MOST_CALLS_PER_CLIENT) {
      throw new IllegalArgumentException(
          "max-calls-per-client is " + maxCallsPerClient + "; accepted are 1 to 10,000");
    }
    if (shutdownGrace.isNegative() || shutdownGrace.compareTo(LONGEST_GRACE) > 0) {
      throw new IllegalArgumentException(
          "shutdown-grace is " + shutdownGrace + "; accepted are 0 to 1h");
    }
    if (probeEvery != null
        && (probeEvery.compareTo(SHORTEST_PERIOD) < 0
            || probeEvery.compareTo(LONGEST_PERIOD) > 0)) {
      throw new IllegalArgumentException(
          "probe-every is " + probeEvery + "; accepted are 1s to 24h");
    }
    TunnelSettings.check(
        streamWindowBytes, replayWindowBytes, heartbeat, handshakeTimeout, resumeTimeout);
    if (apiTls == null && !apiInsecurePlaintext && !isLoopback(apiListen)) {
      throw new IllegalArgumentException(
          "api "
              + apiListen
              + " is not loopback, and callers' tokens would pass in the clear: give"
              + " api-tls-cert and api-tls-key, or accept it with api-insecure-plaintext");
    }
  }

  /** These settings as the tunnels take them. */
  TunnelOptions tunnelOptions() {
    return TunnelSettings.check(
            streamWindowBytes, replayWindowBytes, heartbeat, handshakeTimeout, resumeTimeout)
        .withMaxStreams(maxCallsPerClient);
  }

  /** Whether clients' tokens arrive here in the clear from other machines. */
  boolean isPublicPlaintext() {
    return publicTls == null && !isLoopback(publicListen);
  }

  private static boolean isLoopback(InetSocketAddress address) {
    return address.getAddress() != null && address.getAddress().isLoopbackAddress();
  }

  /** A builder with the defaults, on the loopback interface. */
  public static Builder builder(Path tokens) {
    return new Builder(tokens);
  }

  /** Collects settings. One thread. */
  public static final class Builder {
    private final Path tokens;
    private InetSocketAddress publicListen =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
    private InetSocketAddress apiListen =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 7070);
    private @Nullable InetSocketAddress opsListen;
    private @Nullable TlsFiles publicTls;
    private @Nullable TlsFiles apiTls;
    private boolean apiInsecurePlaintext;
    private int maxCallsPerClient = Integer.parseInt(DEFAULT_MAX_CALLS_PER_CLIENT);
    private int streamWindowBytes = TunnelOptions.DEFAULTS.streamWindowBytes();
    private int replayWindowBytes = TunnelOptions.DEFAULTS.limits().replayWindowBytes();
    private Duration heartbeat = TunnelOptions.DEFAULTS.limits().heartbeat();
    private Duration handshakeTimeout = TunnelOptions.DEFAULTS.handshakeTimeout();
    private Duration resumeTimeout = TunnelOptions.DEFAULTS.resumeTimeout();
    private RelayOptions relay = RelayOptions.DEFAULTS;
    private @Nullable Duration probeEvery;
    private Duration shutdownGrace = Duration.ofSeconds(25);

    private Builder(Path tokens) {
      this.tokens = tokens;
    }

    /** Where clients attach. */
    public Builder publicListen(InetSocketAddress address) {
      publicListen = address;
      return this;
    }

    /** Where callers call. */
    public Builder apiListen(InetSocketAddress address) {
      apiListen = address;
      return this;
    }

    /** Where operators ask for health and metrics, or null. */
    public Builder opsListen(@Nullable InetSocketAddress address) {
      opsListen = address;
      return this;
    }

    /** TLS for clients, or null. */
    public Builder publicTls(@Nullable TlsFiles tls) {
      publicTls = tls;
      return this;
    }

    /** TLS for callers, or null. */
    public Builder apiTls(@Nullable TlsFiles tls) {
      apiTls = tls;
      return this;
    }

    /** Whether the API may listen on other than loopback without TLS. */
    public Builder apiInsecurePlaintext(boolean insecure) {
      apiInsecurePlaintext = insecure;
      return this;
    }

    /** Calls that one attached client serves at once. */
    public Builder maxCallsPerClient(int calls) {
      maxCallsPerClient = calls;
      return this;
    }

    /** The HTTP/2 window of each call in a tunnel. */
    public Builder streamWindowBytes(int bytes) {
      streamWindowBytes = bytes;
      return this;
    }

    /** Bytes of a tunnel that may be under way without acknowledgement. */
    public Builder replayWindowBytes(int bytes) {
      replayWindowBytes = bytes;
      return this;
    }

    /** The time between pings in a tunnel. */
    public Builder heartbeat(Duration interval) {
      heartbeat = interval;
      return this;
    }

    /** From a client's first packet to its attached tunnel. */
    public Builder handshakeTimeout(Duration timeout) {
      handshakeTimeout = timeout;
      return this;
    }

    /** How long a tunnel that has lost its connection waits for the next one. */
    public Builder resumeTimeout(Duration timeout) {
      resumeTimeout = timeout;
      return this;
    }

    /** How patient the relay is. */
    public Builder relay(RelayOptions options) {
      relay = options;
      return this;
    }

    /** How often each attached tunnel is tried with a canary, or null. */
    public Builder probeEvery(@Nullable Duration period) {
      probeEvery = period;
      return this;
    }

    /** How long calls in progress may go on when the server stops. */
    public Builder shutdownGrace(Duration grace) {
      shutdownGrace = grace;
      return this;
    }

    /** The settings, checked. */
    public ServerConfig build() {
      return new ServerConfig(
          publicListen,
          apiListen,
          opsListen,
          tokens,
          publicTls,
          apiTls,
          apiInsecurePlaintext,
          maxCallsPerClient,
          streamWindowBytes,
          replayWindowBytes,
          heartbeat,
          handshakeTimeout,
          resumeTimeout,
          relay,
          probeEvery,
          shutdownGrace);
    }
  }
}
