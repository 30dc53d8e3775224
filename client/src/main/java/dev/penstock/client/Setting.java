package dev.penstock.client;

import com.google.errorprone.annotations.Immutable;
import dev.penstock.client.audit.AuditTarget;
import dev.penstock.client.ops.LogFormat;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Everything but secrets that can be set from outside, under one name: {@code --key} on the command
 * line, {@code PENSTOCK_KEY} in the environment, {@code key} in the YAML file.
 */
public enum Setting {
  SERVER(
      "server",
      "URL",
      "Where to dial: ws://host[:port] or wss://host[:port]. Required.",
      (config, text) -> config.server(uri("server", text))),
  TUNNEL(
      "tunnel",
      "ID",
      "The name to attach under, e.g. acme. Required.",
      ClientConfig.Builder::tunnel),
  TOKEN_FILE(
      "token-file",
      "FILE",
      "Holds the tunnel's token; read at each dial. Required without PENSTOCK_TOKEN.",
      (config, text) -> config.tokenFile(Path.of(text))),
  REGISTRY(
      "registry",
      "[NAME=]URL",
      "A registry to read; the first is the default. Required.",
      ClientConfig.Builder::registry),
  ALLOW(
      "allow",
      "PATTERN",
      "Repositories that may be read, e.g. 'team/**'; no others may.",
      ClientConfig.Builder::allow),
  POLICY_FILE(
      "policy-file",
      "FILE",
      "Rules and limits in YAML, in place of --allow; read again when it changes.",
      (config, text) -> config.policyFile(Path.of(text))),
  AUDIT_FILE(
      "audit-file",
      "FILE",
      "A line of JSON for each access; '-': standard output, as 'run' does; none: nowhere.",
      (config, text) -> config.audit(AuditTarget.parse(text))),
  REGISTRY_USERNAME(
      "registry-username",
      "USER",
      "The user at the registries.",
      ClientConfig.Builder::registryUsername),
  REGISTRY_PASSWORD_FILE(
      "registry-password-file",
      "FILE",
      "Holds that user's password.",
      (config, text) -> config.registryPasswordFile(Path.of(text))),
  REGISTRY_AUTH_FILE(
      "registry-auth-file",
      "FILE",
      "Docker's config.json or Podman's auth.json; 'default': where those are.",
      ClientConfig.Builder::registryAuthFile),
  REGISTRY_CA(
      "registry-ca",
      "FILE",
      "PEM certificates to trust for https registries; platform: the operating system's.",
      (config, text) -> config.registryNetwork().ca(Path.of(text))),
  REGISTRY_CLIENT_CERTIFICATE(
      "registry-client-certificate",
      "FILE",
      "PEM certificate chain to present to registries that ask for one.",
      (config, text) -> config.registryNetwork().clientCertificate(Path.of(text))),
  REGISTRY_CLIENT_KEY(
      "registry-client-key",
      "FILE",
      "Its key, PEM, PKCS #8.",
      (config, text) -> config.registryNetwork().clientKey(Path.of(text))),
  REGISTRY_SERVER_NAME(
      "registry-server-name",
      "HOST=NAME",
      "What to ask a registry's host for under TLS, in place of its own name.",
      (config, text) -> serverName("registry-server-name", text, config.registryNetwork())),
  REGISTRY_PROXY(
      "registry-proxy",
      "URL",
      "Proxy to the registries, as for proxy.",
      (config, text) -> config.registryNetwork().proxy(text)),
  REGISTRY_PROXY_PASSWORD_FILE(
      "registry-proxy-password-file",
      "FILE",
      "Holds that proxy user's password.",
      (config, text) -> config.registryNetwork().proxyPassword(Secret.inFile(Path.of(text)))),
  REGISTRY_NO_PROXY(
      "registry-no-proxy",
      "HOST",
      "Registries and stores that are reached without it: names, addresses, networks.",
      (config, text) -> config.registryNetwork().noProxy(text)),
  PROXY(
      "proxy",
      "URL",
      "Proxy to the server: http:// or socks5://[user@]host:port; none: not even the"
          + " environment's.",
      (config, text) -> config.network().proxy(text)),
  PROXY_PASSWORD_FILE(
      "proxy-password-file",
      "FILE",
      "Holds the proxy user's password.",
      (config, text) -> config.network().proxyPassword(Secret.inFile(Path.of(text)))),
  CA(
      "ca",
      "FILE",
      "PEM certificates to trust for wss servers; platform: the operating system's.",
      (config, text) -> config.network().ca(Path.of(text))),
  CLIENT_CERTIFICATE(
      "client-certificate",
      "FILE",
      "PEM certificate chain to present to a server that asks for one.",
      (config, text) -> config.network().clientCertificate(Path.of(text))),
  CLIENT_KEY(
      "client-key",
      "FILE",
      "Its key, PEM, PKCS #8.",
      (config, text) -> config.network().clientKey(Path.of(text))),
  SERVER_NAME(
      "server-name",
      "HOST=NAME",
      "What to ask the server's host for under TLS, in place of its own name.",
      (config, text) -> serverName("server-name", text, config.network())),
  INSTANCE(
      "instance",
      "NAME",
      "Tells this client from others of its tunnel; random if not given.",
      ClientConfig.Builder::instance),
  CONNECTIONS(
      "connections",
      "COUNT",
      "Tunnels to keep, so that one line's loss is not everything.",
      (config, text) -> config.connections(integer("connections", text))),
  MAX_CARRIER_AGE(
      "max-carrier-age",
      "TIME",
      "Moves each tunnel to a fresh connection before its own is so old; 0s: never.",
      (config, text) -> config.maxCarrierAge(duration("max-carrier-age", text))),
  HEARTBEAT(
      "heartbeat",
      "TIME",
      "Pings so often, for hops that cut idle connections, if the server does so less often.",
      (config, text) -> config.heartbeat(duration("heartbeat", text))),
  MAX_MESSAGE_BYTES(
      "max-message-bytes",
      "BYTES",
      "Largest WebSocket message, for hops that limit it, if the server's is larger.",
      (config, text) -> config.maxMessageBytes(integer("max-message-bytes", text))),
  RESUME_TIMEOUT(
      "resume-timeout",
      "TIME",
      "How long a tunnel waits for its next connection.",
      (config, text) -> config.resumeTimeout(duration("resume-timeout", text))),
  SHUTDOWN_GRACE(
      "shutdown-grace",
      "TIME",
      "How long reads may go on after SIGTERM.",
      (config, text) -> config.shutdownGrace(duration("shutdown-grace", text))),
  HANDSHAKE_TIMEOUT(
      "handshake-timeout",
      "TIME",
      "From dialling to attached, e.g. 10s.",
      (config, text) -> config.handshakeTimeout(duration("handshake-timeout", text))),
  REGISTRY_CONNECT_TIMEOUT(
      "registry-connect-timeout",
      "TIME",
      "To connect to a registry.",
      (config, text) -> config.registryConnectTimeout(duration("registry-connect-timeout", text))),
  REGISTRY_HEADER_TIMEOUT(
      "registry-header-timeout",
      "TIME",
      "For a registry to begin its answer.",
      (config, text) -> config.registryHeaderTimeout(duration("registry-header-timeout", text))),
  REGISTRY_STALL_TIMEOUT(
      "registry-stall-timeout",
      "TIME",
      "For a registry that sends nothing.",
      (config, text) -> config.registryStallTimeout(duration("registry-stall-timeout", text))),
  REGISTRY_PATIENCE(
      "registry-patience",
      "TIME",
      "For a blob of which no byte comes, over however many connections.",
      (config, text) -> config.registryPatience(duration("registry-patience", text))),
  MAX_STREAMS(
      "max-streams",
      "COUNT",
      "Calls that the tunnel carries at once.",
      (config, text) -> config.maxStreams(integer("max-streams", text))),
  READ_AHEAD_BYTES(
      "read-ahead-bytes",
      "BYTES",
      "Read from a registry ahead of each call.",
      (config, text) -> config.readAheadBytes(integer("read-ahead-bytes", text))),
  MESSAGE_BYTES(
      "message-bytes",
      "BYTES",
      "A blob's bytes in one message.",
      (config, text) -> config.messageBytes(integer("message-bytes", text))),
  OPS_LISTEN(
      "ops-listen",
      "[HOST:]PORT",
      "Where to serve /healthz, /readyz and /metrics; nowhere if not given.",
      (config, text) -> config.opsListen(address("ops-listen", text))),
  LOG_FORMAT(
      "log-format",
      "FORMAT",
      "How to log on stderr: text or json.",
      (config, text) -> config.logFormat(logFormat("log-format", text)));

  private static final Pattern PORT = Pattern.compile("\\d{1,5}");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  private final String key;
  private final String label;
  private final String description;
  private final Assignment assignment;

  Setting(String key, String label, String description, Assignment assignment) {
    this.key = key;
    this.label = label;
    this.description = description;
    this.assignment = assignment;
  }

  /** E.g. {@code token-file}. */
  public String key() {
    return key;
  }

  /** E.g. {@code PENSTOCK_TOKEN_FILE}. */
  public String variable() {
    return "PENSTOCK_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** What stands for the value in a help text. */
  public String label() {
    return label;
  }

  /** One sentence. */
  public String description() {
    return description;
  }

  /** Whether it can be given more than once; the values of one source add up. */
  public boolean isRepeatable() {
    return switch (this) {
      case REGISTRY, ALLOW, REGISTRY_SERVER_NAME, REGISTRY_NO_PROXY -> true;
      default -> false;
    };
  }

  /**
   * Puts values into a configuration.
   *
   * @throws IllegalArgumentException naming the key and what is accepted
   */
  public void apply(ClientConfig.Builder config, List<String> values) {
    values.forEach(value -> assignment.apply(config, value));
  }

  /** Does not quote what it cannot parse: there might be a password in it. */
  static URI uri(String key, String text) {
    try {
      return new URI(text.strip());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(key + " is not a URL");
    }
  }

  private static void serverName(String key, String text, NetworkBuilder network) {
    String[] parts = text.strip().split("=", -1);
    if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new IllegalArgumentException("%s is '%s'; accepted is HOST=NAME".formatted(key, text));
    }
    network.serverName(parts[0], parts[1]);
  }

  /**
   * Reads a number with {@code ms}, {@code s}, {@code m} or {@code h}.
   *
   * @throws IllegalArgumentException naming the key and what is accepted
   */
  public static Duration duration(String key, String text) {
    Matcher parts = DURATION.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "%s is '%s'; accepted is a number with ms, s, m or h".formatted(key, text));
    }
    long count = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }

  /** A port alone is one of the loopback interface. */
  private static InetSocketAddress address(String key, String text) {
    String stripped = text.strip();
    String full = PORT.matcher(stripped).matches() ? "127.0.0.1:" + stripped : stripped;
    URI uri = uri(key, "tcp://" + full);
    boolean isAddress = uri.getHost() != null && uri.getPort() >= 0 && uri.getPort() <= 0xffff;
    boolean isAll = uri.getRawUserInfo() == null && full.equals(uri.getRawAuthority());
    if (!isAddress || !isAll) {
      throw new IllegalArgumentException(
          "%s is '%s'; accepted is host:port, such as 127.0.0.1:9091, or a port of this machine"
              .formatted(key, text));
    }
    return new InetSocketAddress(uri.getHost(), uri.getPort());
  }

  private static LogFormat logFormat(String key, String text) {
    return Stream.of(LogFormat.values())
        .filter(format -> format.name().equals(text.strip()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s is '%s'; accepted are text and json".formatted(key, text)));
  }

  private static int integer(String key, String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s is '%s'; accepted is a whole number".formatted(key, text), e);
    }
  }

  /** Reads a text and puts the value into a configuration. */
  @Immutable
  @FunctionalInterface
  private interface Assignment {
    void apply(ClientConfig.Builder config, String text);
  }
}
