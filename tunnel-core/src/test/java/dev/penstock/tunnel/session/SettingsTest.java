package dev.penstock.tunnel.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.tunnel.connection.ClientTls;
import dev.penstock.tunnel.connection.Proxy;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is out of range is refused by name, with the range, and without a secret. */
class SettingsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "1048575, 1024, 20000, replay window is 1048575 bytes; accepted are 1048576 to 67108864",
    "67108865, 1024, 20000, replay window is 67108865 bytes; accepted are 1048576 to 67108864",
    "1048576, 1023, 20000, largest message is 1023 bytes; accepted are 1024 to 1048576",
    "1048576, 1048577, 20000, largest message is 1048577 bytes; accepted are 1024 to 1048576",
    "1048576, 1024, 999, heartbeat is PT0.999S; accepted are PT1S to PT5M",
    "1048576, 1024, 300001, heartbeat is PT5M0.001S; accepted are PT1S to PT5M",
    "1048576, 1024, 9223372036854775807, accepted are PT1S to PT5M",
  })
  void limits_outOfRangeAreNamed(int window, int message, long heartbeat, String told) {
    assertThatThrownBy(() -> new SessionLimits(window, message, Duration.ofMillis(heartbeat)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(told);
  }

  @Test
  void limits_longestDurationIsRefusedByName() {
    assertThatThrownBy(() -> new SessionLimits(1 << 20, 1024, Duration.ofSeconds(Long.MAX_VALUE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("heartbeat");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ws://host",
        "wss://host/",
        "ws://host:65535/prefix",
        "ws://127.0.0.1:1",
        "wss://[::1]:8443"
      })
  void server_ofEitherSchemeIsTaken(String server) {
    assertThatCode(() -> dialing(server, "acme", "client")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://host",
        "host:8080",
        "ws:///path",
        "ws://user:hush@host",
        "ws://host?key=hush",
        "ws://host#hush",
        "ws://host:0",
        "ws://host:65536"
      })
  void server_thatIsNoneIsRefusedWithoutRepeatingIt(String server) {
    assertThatThrownBy(() -> dialing(server, "acme", "client"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("server is not valid; accepted is a ws:// or wss:// URL")
        .hasMessageNotContaining("hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "A", "a/b", "a b", "ä", "a.b"})
  void tunnelId_outsideItsGrammarIsRefused(String id) {
    assertThatThrownBy(() -> dialing("ws://host", id, "client"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tunnel id is not valid; accepted is 1 to 63 of a-z 0-9 -");
    assertThat(WireProtocol.tunnelId("/tunnel/v1/" + id)).isEmpty();
  }

  @Test
  void tunnelId_mayHave63CharactersAndNoMore() {
    String longest = "a".repeat(63);
    assertThat(WireProtocol.tunnelId("/tunnel/v1/" + longest)).contains(longest);
    assertThat(WireProtocol.tunnelId("/tunnel/v1/a" + longest)).isEmpty();
    assertThat(WireProtocol.tunnelId("/tunnel/v2/acme")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\nb", "ä"})
  void instance_outsideItsGrammarIsRefused(String instance) {
    assertThatThrownBy(() -> dialing("ws://host", "acme", instance))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("instance is not valid; accepted is 1 to 128 of");
  }

  @Test
  void settings_keepTheirSecrets() {
    assertThat(dialing("ws://host", "acme", "client").toString())
        .isEqualTo("acme at ws://host")
        .doesNotContain("hush");
  }

  @Test
  void sessionId_showsTooLittleToTakeItOver() {
    SessionId id = SessionId.random();
    assertThat(id.value()).matches("[A-Za-z0-9_-]{22}");
    assertThat(id.toString()).hasSize(7).doesNotContain(id.value());
    assertThat(SessionId.random()).isNotEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "has a space in it ....", "line\nbreak-and-more-of-it"})
  void sessionId_thatIsNoneIsRefused(String value) {
    assertThatThrownBy(() -> new SessionId(value)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void acceptor_refusesACertificateWithoutItsKey() {
    Path some = Path.of("some.pem");
    assertThatThrownBy(() -> accepting(some, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("given is only the certificate");
    assertThatThrownBy(() -> accepting(null, some))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("given is only the private key");
  }

  private static DialLoop.Settings dialing(String server, String tunnelId, String instance) {
    return new DialLoop.Settings(
        URI.create(server),
        tunnelId,
        instance,
        () -> "hush",
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ZERO,
        Proxy.http(InetSocketAddress.createUnresolved("proxy", 1), "me", "hush"),
        ClientTls.DEFAULTS,
        null,
        AskedLimits.NONE);
  }

  private static SessionAcceptor.Settings accepting(@Nullable Path chain, @Nullable Path key) {
    return new SessionAcceptor.Settings(
        InetSocketAddress.createUnresolved("localhost", 0),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        SessionLimits.DEFAULTS,
        chain,
        key,
        (id, token) -> TunnelAuthenticator.Verdict.ACCEPTED,
        attachment -> {});
  }
}
