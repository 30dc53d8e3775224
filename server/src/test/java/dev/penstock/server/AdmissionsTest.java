package dev.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.server.auth.TokenFile;
import dev.penstock.server.auth.Tokens;
import dev.penstock.server.auth.TunnelToken;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionsTest {
  @TempDir Path directory;
  private final Admissions admissions = new Admissions();
  private TunnelToken first;
  private TunnelToken second;
  private TunnelToken foreign;

  @BeforeEach
  void makeTokens() throws IOException {
    first = token("acme");
    second = token("acme");
    foreign = token("beta");
  }

  private TunnelToken token(String tunnel) throws IOException {
    Path file = directory.resolve("tokens");
    String secret = TokenFile.createTunnelToken(file, tunnel);
    try (Tokens tokens = Tokens.open(file)) {
      return tokens.tunnelToken(secret).orElseThrow();
    }
  }

  @Test
  void oneAfterTheOther_eachIsItsOwn() {
    admissions.accepted(first);
    assertThat(admissions.attached("acme")).containsExactly(first);
    admissions.accepted(second);
    assertThat(admissions.attached("acme")).containsExactly(second);
  }

  @Test
  void twoAtOnceUnderOneId_areEither_untilBothHaveAttached() {
    admissions.accepted(first);
    admissions.accepted(foreign);
    admissions.accepted(second);
    assertThat(admissions.attached("acme")).containsExactlyInAnyOrder(first, second);
    assertThat(admissions.attached("beta")).containsExactly(foreign);
    assertThat(admissions.attached("acme")).containsExactlyInAnyOrder(first, second);
    admissions.accepted(second);
    assertThat(admissions.attached("acme")).containsExactly(second);
  }
}
