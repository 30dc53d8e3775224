package dev.penstock.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.client.network.ProxySettings;
import dev.penstock.client.service.TransferOptions;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClientConfigTest {
  private static final String DIRECT =
      "%s=Network[proxies=ProxyRules[plain=null, secure=null, except=NoProxy[entries=[localhost,"
          + " 127.0.0.0/8, ::1/128]]], tls=ClientTls[trusted=null, certificateChain=null,"
          + " privateKey=null], serverNames={}], ";

  @TempDir Path directory;

  /** Other people's scripts hold on to these. */
  @Test
  void everyKeyIsPinned() {
    String keys =
        Stream.of(Setting.values())
            .map(s -> s.key() + " " + s.variable() + (s.isRepeatable() ? " *" : ""))
            .collect(Collectors.joining("\n"));
    assertThat(keys)
        .isEqualTo(
            """
            server PENSTOCK_SERVER
            tunnel PENSTOCK_TUNNEL
            token-file PENSTOCK_TOKEN_FILE
            registry PENSTOCK_REGISTRY *
            allow PENSTOCK_ALLOW *
            policy-file PENSTOCK_POLICY_FILE
            audit-file PENSTOCK_AUDIT_FILE
            registry-username PENSTOCK_REGISTRY_USERNAME
            registry-password-file PENSTOCK_REGISTRY_PASSWORD_FILE
            registry-auth-file PENSTOCK_REGISTRY_AUTH_FILE
            registry-ca PENSTOCK_REGISTRY_CA
            registry-client-certificate PENSTOCK_REGISTRY_CLIENT_CERTIFICATE
            registry-client-key PENSTOCK_REGISTRY_CLIENT_KEY
            registry-server-name PENSTOCK_REGISTRY_SERVER_NAME *
            registry-proxy PENSTOCK_REGISTRY_PROXY
            registry-proxy-password-file PENSTOCK_REGISTRY_PROXY_PASSWORD_FILE
            registry-no-proxy PENSTOCK_REGISTRY_NO_PROXY *
            proxy PENSTOCK_PROXY
            proxy-password-file PENSTOCK_PROXY_PASSWORD_FILE
            ca PENSTOCK_CA
            client-certificate PENSTOCK_CLIENT_CERTIFICATE
            client-key PENSTOCK_CLIENT_KEY
            server-name PENSTOCK_SERVER_NAME
            instance PENSTOCK_INSTANCE
            connections PENSTOCK_CONNECTIONS
            max-carrier-age PENSTOCK_MAX_CARRIER_AGE
            heartbeat PENSTOCK_HEARTBEAT
            max-message-bytes PENSTOCK_MAX_MESSAGE_BYTES
            resume-timeout PENSTOCK_RESUME_TIMEOUT
            shutdown-grace PENSTOCK_SHUTDOWN_GRACE
            handshake-timeout PENSTOCK_HANDSHAKE_TIMEOUT
            registry-connect-timeout PENSTOCK_REGISTRY_CONNECT_TIMEOUT
            registry-header-timeout PENSTOCK_REGISTRY_HEADER_TIMEOUT
            registry-stall-timeout PENSTOCK_REGISTRY_STALL_TIMEOUT
            registry-patience PENSTOCK_REGISTRY_PATIENCE
            max-streams PENSTOCK_MAX_STREAMS
            read-ahead-bytes PENSTOCK_READ_AHEAD_BYTES
            message-bytes PENSTOCK_MESSAGE_BYTES
            ops-listen PENSTOCK_OPS_LISTEN
            log-format PENSTOCK_LOG_FORMAT""");
  }

  @Test
  void everyDefaultIsPinned() {
    assertThat(minimal().build())
        .hasToString(
            "ClientConfig[server=ws://127.0.0.1:8080, tunnel=acme, token=the given secret,"
                + " registries=[RegistryEndpoint[name=127.0.0.1:5000, uri=http://127.0.0.1:5000,"
                + " credentials=null]], authFiles=null, policyFile=null,"
                + " policy=Policy[rules=[]], audit=AuditTarget[name=none, file=null], "
                + DIRECT.formatted("network")
                + DIRECT.formatted("registryNetwork")
                + "instance=null, connections=2, maxCarrierAge=PT0S,"
                + " asked=AskedLimits[heartbeat=null, maxMessageBytes=null], "
                + "handshakeTimeout=PT10S, resumeTimeout=PT1M, shutdownGrace=PT20S, registryConnectTimeout=PT10S,"
                + " registryHeaderTimeout=PT30S, registryStallTimeout=PT30S, registryPatience=PT1M, maxStreams=100,"
                + " readAheadBytes=524288, messageBytes=131072, opsListen=null, logFormat=text]");
  }

  @Test
  void readme_hasARowForEverySettingAndNoOther() throws Exception {
    List<String> rows;
    try (Stream<String> lines = Files.lines(Path.of("README.md"))) {
      rows =
          lines
              .filter(line -> line.matches("\\| `(?!penstock_)[a-z].*"))
              .map(line -> line.split("`", 3)[1])
              .toList();
    }
    assertThat(rows)
        .containsExactlyElementsOf(Stream.of(Setting.values()).map(Setting::key).toList());
  }

  @ParameterizedTest
  @CsvSource({"9091, 9091", "127.0.0.1:9092, 9092", "[::1]:0, 0"})
  void opsListen_isLoopbackWhenItIsOnlyAPort(String text, int port) {
    ClientConfig.Builder config = minimal();
    Setting.OPS_LISTEN.apply(config, List.of(text));
    InetSocketAddress listen = Objects.requireNonNull(config.build().opsListen());
    assertThat(listen.getAddress().isLoopbackAddress()).isTrue();
    assertThat(listen.getPort()).isEqualTo(port);
  }

  @Test
  void transferDefaults_areThoseOfTheService() {
    ClientConfig config = minimal().build();
    assertThat(config.readAheadBytes()).isEqualTo(TransferOptions.DEFAULTS.readAheadBytes());
    assertThat(config.messageBytes()).isEqualTo(TransferOptions.DEFAULTS.messageBytes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SERVER | http://127.0.0.1 | server",
        "SERVER | ws://user:pw@host | server",
        "SERVER | ws:// | server",
        "TUNNEL | Acme | tunnel",
        "TUNNEL | -a | tunnel",
        "REGISTRY | ftp://host | registry",
        "REGISTRY | http://user:pw@host | registry",
        "REGISTRY | http://host?x=1 | registry",
        "REGISTRY | NAME=http://host | registry",
        "REGISTRY | 127.0.0.1:5000=http://127.0.0.1:1 | registry",
        "ALLOW | Team/* | allow pattern",
        "PROXY | https://host:1 | proxy",
        "PROXY | http://host | proxy",
        "REGISTRY_PROXY | socks4://host:1 | registry-proxy",
        "REGISTRY_PROXY | http://user@host:1 | registry-proxy-password-file",
        "SERVER_NAME | name | server-name",
        "CLIENT_KEY | x.pem | client-certificate",
        "REGISTRY_CLIENT_CERTIFICATE | x.pem | registry-client-certificate",
        "PROXY | http://user:pw@host:1 | proxy",
        "PROXY | http://user@host:1 | proxy-password-file",
        "INSTANCE | a b | instance",
        "CONNECTIONS | 0 | connections",
        "CONNECTIONS | 17 | connections",
        "MAX_CARRIER_AGE | 999ms | max-carrier-age",
        "HEARTBEAT | 999ms | heartbeat",
        "HEARTBEAT | 301s | heartbeat",
        "MAX_MESSAGE_BYTES | 1023 | max-message-bytes",
        "MAX_MESSAGE_BYTES | 1048577 | max-message-bytes",
        "RESUME_TIMEOUT | 999ms | resume-timeout",
        "RESUME_TIMEOUT | 61m | resume-timeout",
        "SHUTDOWN_GRACE | 61m | shutdown-grace",
        "HANDSHAKE_TIMEOUT | 99ms | handshake-timeout",
        "HANDSHAKE_TIMEOUT | 6m | handshake-timeout",
        "HANDSHAKE_TIMEOUT | 10 | handshake-timeout",
        "REGISTRY_CONNECT_TIMEOUT | 1h | registry-connect-timeout",
        "REGISTRY_HEADER_TIMEOUT | 0s | registry-header-timeout",
        "REGISTRY_STALL_TIMEOUT | 2h | registry-stall-timeout",
        "MAX_STREAMS | 0 | max-streams",
        "MAX_STREAMS | many | max-streams",
        "READ_AHEAD_BYTES | 1 | read-ahead-bytes",
        "MESSAGE_BYTES | 1048577 | message-bytes",
        "OPS_LISTEN | :9091 | ops-listen",
        "OPS_LISTEN | host | ops-listen",
        "OPS_LISTEN | host:70000 | ops-listen",
        "OPS_LISTEN | 70000 | ops-listen",
        "OPS_LISTEN | user@host:1 | ops-listen",
        "OPS_LISTEN | host:1/x | ops-listen",
        "LOG_FORMAT | xml | log-format",
        "REGISTRY_USERNAME | ann | registry-password-file",
        "REGISTRY_PASSWORD_FILE | x | registry-username",
        "PROXY_PASSWORD_FILE | x | proxy",
      })
  void wrongValue_isRefusedByItsKeyWithoutSecrets(Setting setting, String value, String says) {
    ClientConfig.Builder config = minimal();
    assertThatThrownBy(
            () -> {
              setting.apply(config, List.of(value));
              config.build();
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(says)
        .hasMessageNotContaining("pw");
  }

  @Test
  void missingValue_isNamed() {
    assertThatThrownBy(() -> ClientConfig.builder().build()).hasMessage("server is missing");
    assertThatThrownBy(
            () ->
                ClientConfig.builder()
                    .server(URI.create("ws://h"))
                    .tunnel("acme")
                    .token(Secret.of("x"))
                    .build())
        .hasMessageStartingWith("registry: accepted is at least one");
  }

  @Test
  void registry_isNamedByItsPrefixOrItsAuthority() {
    ClientConfig config =
        minimal()
            .registry("hub=https://hub.example/base/")
            .registry("https://Other.example")
            .registry("http://[::1]:5000")
            .build();
    assertThat(config.registries())
        .extracting(registry -> registry.name() + " " + registry.uri())
        .containsExactly(
            "127.0.0.1:5000 http://127.0.0.1:5000",
            "hub https://hub.example/base",
            "other.example https://Other.example",
            "0::1:5000 http://[::1]:5000");
  }

  @Test
  void proxy_isUserHostAndPort() throws Exception {
    Path password = Files.writeString(directory.resolve("p"), "secret\n");
    ClientConfig.Builder config = minimal();
    config.network().proxy("http://ann@proxy.example:3128").proxyPassword(Secret.inFile(password));
    ProxySettings proxy = Objects.requireNonNull(config.build().network().proxies().secure());
    assertThat(proxy.user()).isEqualTo("ann");
    assertThat(proxy.host()).isEqualTo("proxy.example");
    assertThat(proxy.port()).isEqualTo(3128);
    assertThat(Objects.requireNonNull(proxy.password()).readPassword()).isEqualTo("secret");
    assertThat(proxy.toString()).doesNotContain("secret");
  }

  @Test
  void secret_isReadAtEachUseAndNeverShown() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "first\n");
    Secret secret = Secret.inFile(file);
    assertThat(secret.read()).isEqualTo("first");
    Files.writeString(file, "second");
    assertThat(secret.read()).isEqualTo("second");
    assertThat(secret).hasToString(file.toString());
    assertThat(Secret.of("hidden").toString()).doesNotContain("hidden");
    assertThat(Secret.inVariable("NAME", "hidden")).hasToString("NAME");
  }

  @ParameterizedTest
  @CsvSource({"''", "'two words'", "'two\nlines'", "'ü'"})
  void secret_thatCannotBeOneIsRefused(String content) throws Exception {
    Path file = Files.writeString(directory.resolve("token"), content);
    assertThatThrownBy(() -> Secret.inFile(file).read())
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("two");
    assertThatThrownBy(() -> Secret.inFile(directory.resolve("none")).read())
        .hasMessageContaining("none cannot be read (NoSuchFileException)");
  }

  @Test
  void limits_areAccepted() {
    assertThatCode(() -> minimal().readAheadBytes(128 << 10).messageBytes(1 << 20).build())
        .doesNotThrowAnyException();
  }

  private static ClientConfig.Builder minimal() {
    return ClientConfig.builder()
        .server(URI.create("ws://127.0.0.1:8080"))
        .tunnel("acme")
        .token(Secret.of("t"))
        .registry("http://127.0.0.1:5000");
  }
}
