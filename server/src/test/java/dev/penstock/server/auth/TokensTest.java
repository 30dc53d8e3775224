package dev.penstock.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
  void aWithdrawnToken_isRefusedTheFirstTimeItIsAskedFor_aSecondLater() throws IOException {
    AtomicLong clock = new AtomicLong();
    try (Tokens slow = Tokens.open(file, clock::get)) {
      String caller = TokenFile.createCallerToken(file, "scanner", Set.of("acme"));
      assertThat(slow.callerOf(caller)).isPresent();
      Files.writeString(file, TokenFormat.HEADER);
      clock.addAndGet(Duration.ofMillis(999).toNanos());
      assertThat(slow.tunnelOf(first)).as("the last look is recent").contains("acme");
      clock.addAndGet(Duration.ofMillis(1).toNanos());
      assertThat(slow.tunnelOf(first)).isEmpty();
      assertThat(slow.callerOf(caller)).isEmpty();
    }
  }

  @Test
  void watched_aWithdrawal_isNoticedWithoutAQuestion() throws Exception {
    TunnelToken token = tokens.tunnelToken(first).orElseThrow();
    assertThat(tokens.isInForce(token)).isTrue();
    CountDownLatch reloaded = new CountDownLatch(1);
    tokens.watch(reloaded::countDown);
    Files.writeString(file, TokenFormat.HEADER);
    assertThat(reloaded.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(tokens.isInForce(token)).isFalse();
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
