package dev.penstock.client.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.tunnel.connection.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyRulesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "example.com | example.com | 443 | true",
        "example.com | a.b.example.com | 443 | true",
        "example.com | notexample.com | 443 | false",
        ".example.com | a.example.com | 443 | true",
        "*.example.com | a.example.com | 443 | true",
        "EXAMPLE.com | Example.COM | 443 | true",
        "example.com:5000 | example.com | 5000 | true",
        "example.com:5000 | example.com | 443 | false",
        "10.0.0.0/8 | 10.200.3.4 | 80 | true",
        "10.0.0.0/8 | 11.0.0.1 | 80 | false",
        "10.0.0.0/9 | 10.128.0.1 | 80 | false",
        "10.0.0.0/8 | ten.example | 80 | false",
        "192.168.1.7 | 192.168.1.7 | 80 | true",
        "168.1.7 | 192.168.1.7 | 80 | false",
        "fd00::/8 | fd12::1 | 80 | true",
        "fd00::/8 | 10.0.0.1 | 80 | false",
        "[::1]:5000 | ::1 | 5000 | true",
        "::1 | ::1 | 5000 | true",
        "* | anything | 1 | true",
        "a,b example.com | example.com | 1 | true",
        "nonsense/99,999.1.1.1/8 | 10.0.0.1 | 1 | false",
        "'' | example.com | 1 | false",
      })
  void noProxy_coversWhatOthersTakeItToCover(
      String entries, String host, int port, boolean isCovered) {
    assertThat(NoProxy.parse(entries).covers(host, port)).isEqualTo(isCovered);
  }

  @Test
  void environment_choosesByScheme() {
    ProxyRules rules =
        ProxyRules.ofEnvironment(
            Map.of(
                "HTTPS_PROXY", "http://ann:p%40ss@secure:3128",
                "http_proxy", "plain:3129",
                "NO_PROXY", "internal"));
    Proxy secure = Objects.requireNonNull(rules.proxyFor(true, "registry.example", 443));
    assertThat(secure.toString()).isEqualTo("secure:3128");
    assertThat(secure.user()).isEqualTo("ann");
    assertThat(secure.password()).isEqualTo("p@ss");
    assertThat(rules.proxyFor(false, "registry.example", 80)).hasToString("plain:3129");
    assertThat(rules.proxyFor(true, "registry.internal", 443)).isNull();
    assertThat(rules.toString()).doesNotContain("p@ss", "p%40ss");
  }

  @Test
  void environment_leavesThisMachineAloneAndDoesNotReadWhatACallerOfACgiCanSet() {
    ProxyRules rules = ProxyRules.ofEnvironment(Map.of("ALL_PROXY", "socks5h://socks"));
    assertThat(rules.proxyFor(true, "127.0.0.1", 443)).isNull();
    assertThat(rules.proxyFor(false, "localhost", 443)).isNull();
    Proxy socks = Objects.requireNonNull(rules.proxyFor(false, "elsewhere", 80));
    assertThat(socks.protocol()).isEqualTo(Proxy.Protocol.SOCKS5);
    assertThat(socks).hasToString("socks:1080");
    assertThat(ProxyRules.ofEnvironment(Map.of("HTTP_PROXY", "http://x:1")).plain()).isNull();
    assertThat(ProxyRules.ofEnvironment(Map.of("https_proxy", " ")).secure()).isNull();
  }

  @Test
  void configuredProxy_isForEverythingButItsExceptions() {
    ProxySettings proxy = ProxySettings.parse("proxy", "http://p:1", null);
    ProxyRules rules = ProxyRules.through(proxy, new NoProxy(List.of("internal")));
    assertThat(rules.proxyFor(false, "127.0.0.1", 80)).hasToString("p:1");
    assertThat(rules.proxyFor(true, "internal", 443)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://h:1", "http://h", "http://h:70000", "http://h:0", "::", "http://:1"})
  void proxyThatIsNone_isRefusedWithoutBeingQuoted(String text) {
    assertThatThrownBy(() -> ProxySettings.parse("registry-proxy", text, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("registry-proxy must be http://");
    assertThatThrownBy(() -> ProxySettings.parse("registry-proxy", "http://u:hush@h:1", null))
        .hasMessageContaining("registry-proxy-password-file")
        .hasMessageNotContaining("hush");
  }
}
