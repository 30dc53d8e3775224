package dev.penstock.client;

import dev.penstock.client.audit.AuditTarget;
import dev.penstock.client.credentials.AuthFiles;
import dev.penstock.client.network.Network;
import dev.penstock.client.ops.LogFormat;
import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.RepositoryPattern;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.RegistryOptions;
import dev.penstock.client.registry.auth.BasicCredentials;
import dev.penstock.tunnel.session.AskedLimits;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All that a client is told. {@link Setting} has each key's meaning, the {@link Builder} its
 * default, the constructor its range. No secret is in it, only where secrets are.
 *
 * @param registries at least one, with different names
 * @param authFiles null: the user and the password of each registry
 * @param policyFile null: the policy below, for good
 * @param policy what {@code allow} says, when there is no file
 * @param network to the server
 * @param instance null: a random one
 * @param connections tunnels to keep
 * @param maxCarrierAge zero: connections may grow as old as they like
 * @param asked limits that the path wants, where they are below the server's
 * @param opsListen null: nowhere
 */
public record ClientConfig(
    URI server,
    String tunnel,
    Secret token,
    List<RegistryEndpoint> registries,
    @Nullable AuthFiles authFiles,
    @Nullable Path policyFile,
    Policy policy,
    AuditTarget audit,
    Network network,
    Network registryNetwork,
    @Nullable String instance,
    int connections,
    Duration maxCarrierAge,
    AskedLimits asked,
    Duration handshakeTimeout,
    Duration resumeTimeout,
    Duration shutdownGrace,
    Duration registryConnectTimeout,
    Duration registryHeaderTimeout,
    Duration registryStallTimeout,
    Duration registryPatience,
    int maxStreams,
    int readAheadBytes,
    int messageBytes,
    @Nullable InetSocketAddress opsListen,
    LogFormat logFormat) {

  private static final Pattern TUNNEL_ID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the key and what is accepted
   */
  public ClientConfig {
    registries = List.copyOf(registries);
    require("server", isWebSocket(server), "ws://host[:port] or wss://host[:port]");
    require(
        "tunnel",
        TUNNEL_ID.matcher(tunnel).matches(),
        "1 to 63 of a-z, 0-9 and '-', with no '-' at the ends");
    require("registry", !registries.isEmpty(), "at least one [NAME=]URL");
    require("registry", hasDistinctNames(registries), "a different name for each registry");
    require(
        "instance",
        instance == null || INSTANCE.matcher(instance).matches(),
        "1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-'");
    range("handshake-timeout", handshakeTimeout, Duration.ofMinutes(5));
    range("connections", connections, 1, 16);
    if (!maxCarrierAge.isZero()) {
      range("max-carrier-age", maxCarrierAge, Duration.ofSeconds(1), Duration.ofDays(7));
    }
    range("resume-timeout", resumeTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
    range("shutdown-grace", shutdownGrace, Duration.ZERO, Duration.ofHours(1));
    range("registry-connect-timeout", registryConnectTimeout, Duration.ofMinutes(5));
    range("registry-header-timeout", registryHeaderTimeout, Duration.ofMinutes(10));
    range("registry-stall-timeout", registryStallTimeout, Duration.ofHours(1));
    range("registry-patience", registryPatience, Duration.ofHours(1));
    range("max-streams", maxStreams, 1, 10_000);
    range("read-ahead-bytes", readAheadBytes, 128 << 10, 64 << 20);
    range("message-bytes", messageBytes, 1 << 10, 1 << 20);
  }

  /** Begins a configuration of defaults. */
  public static Builder builder() {
    return new Builder();
  }

  private static boolean isWebSocket(URI uri) {
    boolean hasScheme = "ws".equals(uri.getScheme()) || "wss".equals(uri.getScheme());
    return hasScheme
        && uri.getHost() != null
        && uri.getRawUserInfo() == null
        && uri.getRawQuery() == null
        && uri.getRawFragment() == null;
  }

  /** What callers and the policy call the registries, in their order. */
  public List<String> registryNames() {
    return registries.stream().map(RegistryEndpoint::name).toList();
  }

  private static boolean hasDistinctNames(List<RegistryEndpoint> registries) {
    return registries.stream().map(RegistryEndpoint::name).distinct().count() == registries.size();
  }

  private static void range(String key, Duration value, Duration max) {
    range(key, value, Duration.ofMillis(100), max);
  }

  private static void range(String key, Duration value, Duration min, Duration max) {
    require(
        key,
        value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
        "%dms to %ds, and not %dms".formatted(min.toMillis(), max.toSeconds(), value.toMillis()));
  }

  private static void range(String key, int value, int min, int max) {
    require(key, value >= min && value <= max, "%d to %d, and not %d".formatted(min, max, value));
  }

  private static void require(String key, boolean holds, String accepted) {
    if (!holds) {
      throw new IllegalArgumentException(key + ": accepted is " + accepted);
    }
  }

  /** Collects a {@link ClientConfig}; not for several threads. */
  public static final class Builder {
    private @Nullable URI server;
    private @Nullable String tunnel;
    private @Nullable Secret token;
    private final List<String> registries = new ArrayList<>();
    private final List<RepositoryPattern> allow = new ArrayList<>();
    private @Nullable Path policyFile;
    private AuditTarget audit = AuditTarget.NONE;
    private Map<String, String> environment = Map.of();
    private @Nullable String authFile;
    private @Nullable String registryUsername;
    private @Nullable Secret registryPassword;
    private final NetworkBuilder network = new NetworkBuilder("proxy", "client-certificate");
    private final NetworkBuilder registryNetwork =
        new NetworkBuilder("registry-proxy", "registry-client-certificate");
    private @Nullable String instance;
    private int connections = 2;
    private Duration maxCarrierAge = Duration.ZERO;
    private AskedLimits asked = AskedLimits.NONE;
    private Duration handshakeTimeout = Duration.ofSeconds(10);
    private Duration resumeTimeout = Duration.ofSeconds(60);
    private Duration shutdownGrace = Duration.ofSeconds(20);
    private Duration registryConnectTimeout = Duration.ofSeconds(10);
    private Duration registryHeaderTimeout = Duration.ofSeconds(30);
    private Duration registryStallTimeout = Duration.ofSeconds(30);
    private Duration registryPatience = RegistryOptions.DEFAULTS.patience();
    private int maxStreams = 100;
    private int readAheadBytes = 512 << 10;
    private int messageBytes = 128 << 10;
    private @Nullable InetSocketAddress opsListen;
    private LogFormat logFormat = LogFormat.text;

    private Builder() {}

    public Builder server(URI value) {
      server = value;
      return this;
    }

    public Builder tunnel(String value) {
      tunnel = value;
      return this;
    }

    public Builder token(Secret value) {
      token = value;
      return this;
    }

    public Builder tokenFile(Path file) {
      return token(Secret.inFile(file));
    }

    /** Adds one, as {@code [NAME=]URL}. */
    public Builder registry(String nameAndUrl) {
      registries.add(nameAndUrl);
      return this;
    }

    /** Adds one, such as {@code team/**}. */
    public Builder allow(String pattern) {
      try {
        allow.add(new RepositoryPattern(pattern));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("allow " + e.getMessage(), e);
      }
      return this;
    }

    /** Rules and limits, in place of patterns to allow. */
    public Builder policyFile(Path file) {
      policyFile = file;
      return this;
    }

    /** Where the audit log goes; by default, nowhere. */
    public Builder audit(AuditTarget target) {
      audit = target;
      return this;
    }

    /** A file as Docker or Podman keep it, or {@code default}. */
    public Builder registryAuthFile(String value) {
      authFile = value;
      return this;
    }

    public Builder registryUsername(String value) {
      registryUsername = value;
      return this;
    }

    public Builder registryPassword(Secret value) {
      registryPassword = value;
      return this;
    }

    public Builder registryPasswordFile(Path file) {
      return registryPassword(Secret.inFile(file));
    }

    /** The way to the server. */
    public NetworkBuilder network() {
      return network;
    }

    /** The way to the registries. */
    public NetworkBuilder registryNetwork() {
      return registryNetwork;
    }

    /** Whose variables name proxies, as long as none is configured; by default, nobody's. */
    public Builder environment(Map<String, String> variables) {
      environment = Map.copyOf(variables);
      network.environment(variables);
      registryNetwork.environment(variables);
      return this;
    }

    public Builder instance(String value) {
      instance = value;
      return this;
    }

    public Builder connections(int value) {
      connections = value;
      return this;
    }

    public Builder maxCarrierAge(Duration value) {
      maxCarrierAge = value;
      return this;
    }

    /** The time between pings that the path wants, if the server's is longer. */
    public Builder heartbeat(Duration value) {
      range("heartbeat", value, Duration.ofSeconds(1), Duration.ofMinutes(5));
      asked = new AskedLimits(value, asked.maxMessageBytes());
      return this;
    }

    /** The largest WebSocket message that the path wants, if the server's is larger. */
    public Builder maxMessageBytes(int value) {
      range("max-message-bytes", value, 1 << 10, 1 << 20);
      asked = new AskedLimits(asked.heartbeat(), value);
      return this;
    }

    public Builder resumeTimeout(Duration value) {
      resumeTimeout = value;
      return this;
    }

    public Builder shutdownGrace(Duration value) {
      shutdownGrace = value;
      return this;
    }

    public Builder handshakeTimeout(Duration value) {
      handshakeTimeout = value;
      return this;
    }

    public Builder registryConnectTimeout(Duration value) {
      registryConnectTimeout = value;
      return this;
    }

    public Builder registryHeaderTimeout(Duration value) {
      registryHeaderTimeout = value;
      return this;
    }

    public Builder registryStallTimeout(Duration value) {
      registryStallTimeout = value;
      return this;
    }

    public Builder registryPatience(Duration value) {
      registryPatience = value;
      return this;
    }

    public Builder maxStreams(int value) {
      maxStreams = value;
      return this;
    }

    public Builder readAheadBytes(int value) {
      readAheadBytes = value;
      return this;
    }

    public Builder messageBytes(int value) {
      messageBytes = value;
      return this;
    }

    /** Where to serve health and metrics; port 0 picks a free one. */
    public Builder opsListen(InetSocketAddress address) {
      opsListen = address;
      return this;
    }

    /** How the process writes its log, which is for whoever owns the process to apply. */
    public Builder logFormat(LogFormat value) {
      logFormat = value;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws IllegalArgumentException naming the key that is missing or outside its range
     */
    public ClientConfig build() {
      BasicCredentials credentials = credentials();
      return new ClientConfig(
          given("server", server),
          given("tunnel", tunnel),
          given("token-file, or the variable PENSTOCK_TOKEN,", token),
          registries.stream().map(text -> RegistryEndpoint.parse(text, credentials)).toList(),
          authFiles(),
          policyFile(),
          Policy.allowing(allow),
          audit,
          network.build(),
          registryNetwork.build(),
          instance,
          connections,
          maxCarrierAge,
          asked,
          handshakeTimeout,
          resumeTimeout,
          shutdownGrace,
          registryConnectTimeout,
          registryHeaderTimeout,
          registryStallTimeout,
          registryPatience,
          maxStreams,
          readAheadBytes,
          messageBytes,
          opsListen,
          logFormat);
    }

    private @Nullable AuthFiles authFiles() {
      if (authFile == null) {
        return null;
      }
      if (registryUsername != null) {
        throw new IllegalArgumentException(
            "registry-auth-file and registry-username: give one of them");
      }
      return authFile.equals("default")
          ? AuthFiles.search(environment)
          : AuthFiles.of(Path.of(authFile));
    }

    private @Nullable Path policyFile() {
      if (policyFile != null && !allow.isEmpty()) {
        throw new IllegalArgumentException("policy-file and allow: give one of them");
      }
      return policyFile;
    }

    private @Nullable BasicCredentials credentials() {
      if (registryUsername == null && registryPassword == null) {
        return null;
      }
      return new BasicCredentials(
          given("registry-username", registryUsername),
          given("registry-password-file", registryPassword));
    }

    private static <T> T given(String key, @Nullable T value) {
      if (value == null) {
        throw new IllegalArgumentException(key + " is missing");
      }
      return value;
    }
  }
}
