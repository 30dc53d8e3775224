package dev.penstock.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {
  @TempDir Path directory;
  private Path file;
  private String first;
  private Tokens tokens;

  @BeforeEach
  void open() throws IOException {
    file = directory.resolve("tokens");
    first = TokenFile.createTunnelToken(file, "acme");
    tokens = Tokens.open(file);
  }

  @AfterEach
  void close() {
    tokens.close();
  }

  @Test
  void open_withoutAFile_fails() {
    assertThatThrownBy(() -> Tokens.open(directory.resolve("none")).close())
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aTokenCreatedWhileTheServerRuns_worksAtOnce() throws IOException {
    String tunnel = TokenFile.createTunnelToken(file, "beta");
    assertThat(tokens.tunnelOf(tunnel)).contains("beta");
    String caller = TokenFile.createCallerToken(file, "scanner", Set.of("beta"));
    assertThat(tokens.callerOf(caller)).map(Caller::name).contains("scanner");
    assertThat(tokens.tunnelOf(first)).contains("acme");
  }

  @Test
  void aWithdrawnToken_isGoneAfterTheNextCheck() throws IOException {
    Files.writeString(file, TokenFormat.HEADER);
    tokens.reloadIfChanged();
    assertThat(tokens.tunnelOf(first)).isEmpty();
  }

  @Test
  void aBrokenFile_keepsTheOldTokens_untilItIsMended() throws IOException {
    String good = Files.readString(file);
    Files.writeString(file, "nonsense\n");
    tokens.reloadIfChanged();
    assertThat(tokens.tunnelOf(first)).contains("acme");
    Files.writeString(file, good);
    String second = TokenFile.createTunnelToken(file, "beta");
    assertThat(tokens.tunnelOf(second)).contains("beta");
  }

  @Test
  void aMissingFile_keepsTheOldTokens() throws IOException {
    Files.delete(file);
    tokens.reloadIfChanged();
    assertThat(tokens.tunnelOf("pst_unknown")).isEmpty();
    assertThat(tokens.tunnelOf(first)).contains("acme");
  }
}
