package dev.penstock.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.registry.RegistryEndpoint;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlaintextTest {
  private static final String ENTRY = "{\"auth\":\"YW5uOmh1c2g=\"}";

  @TempDir Path home;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "http://r.test:5000 | {`auths`:{`r.test:5000`:ENTRY}} | true",
        "http://r.test:5000 | {`auths`:{`r.test:5000/team`:ENTRY}} | true",
        "http://r.test:5000 | {`auths`:{`other.test`:ENTRY}} | false",
        "http://r.test:5000 | {`credHelpers`:{`r.test:5000`:`x`}} | true",
        "http://r.test:5000 | {`credsStore`:`x`} | true",
        "http://r.test:5000 | not JSON | false",
        "https://r.test:5000 | {`auths`:{`r.test:5000`:ENTRY}} | false",
        "http://127.0.0.1:5000 | {`auths`:{`127.0.0.1:5000`:ENTRY}} | false",
        "http://[::1]:5000 | {`auths`:{`[::1]:5000`:ENTRY}} | false",
      })
  void credentialsOfAnAuthFile_areShownWherePasswordsWouldBe(
      String registry, String content, boolean isShown) throws Exception {
    assertThat(shown(registry, content)).hasSize(isShown ? 1 : 0);
  }

  @Test
  void credentialsThatTurnUpLater_areSeen() throws Exception {
    assertThat(shown("http://r.test:5000", "{}")).isEmpty();
    assertThat(shown("http://r.test:5000", "{\"auths\":{\"r.test:5000\":" + ENTRY + "}}"))
        .extracting(RegistryEndpoint::name)
        .containsExactly("main");
  }

  private List<RegistryEndpoint> shown(String registry, String content) throws Exception {
    Path file = home.resolve("config.json");
    Files.writeString(file, content.replace('`', '"').replace("ENTRY", ENTRY));
    ClientConfig config =
        ClientConfig.builder()
            .server(URI.create("ws://127.0.0.1:1"))
            .tunnel("acme")
            .token(Secret.of("token"))
            .registry("main=" + registry)
            .registryAuthFile(file.toString())
            .build();
    return Plaintext.showingPassword(config);
  }
}
