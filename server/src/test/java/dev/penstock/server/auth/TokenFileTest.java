package dev.penstock.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("tokens");
  }

  @Test
  void tunnelToken_isFoundByItsSecret_whichTheFileDoesNotHold() throws IOException {
    String secret = TokenFile.createTunnelToken(file, "acme");
    assertThat(secret).matches("pst_[A-Za-z0-9_-]{43}");
    assertThat(Files.readString(file)).doesNotContain(secret).doesNotContain(secret.substring(4));
    TokenSet tokens = TokenFile.read(file);
    assertThat(tokens.tunnelToken(secret)).map(TunnelToken::tunnel).contains("acme");
    assertThat(tokens.callerOf(secret)).isEmpty();
    assertThat(tokens.tunnelToken(secret + "x")).isEmpty();
    assertThat(tokens.tunnelToken("")).isEmpty();
  }

  @Test
  void callerToken_isGoodForItsTunnelsOnly() throws IOException {
    String secret = TokenFile.createCallerToken(file, "scanner", Set.of("acme", "beta"));
    assertThat(secret).matches("psc_[A-Za-z0-9_-]{43}");
    Caller caller = TokenFile.read(file).callerOf(secret).orElseThrow();
    assertThat(caller.name()).isEqualTo("scanner");
    assertThat(caller.mayUse("acme")).isTrue();
    assertThat(caller.mayUse("beta")).isTrue();
    assertThat(caller.mayUse("gamma")).isFalse();
    assertThat(caller.mayUse("*")).isFalse();
  }

  @Test
  void callerOfEveryTunnel_mayUseAny() throws IOException {
    String secret = TokenFile.createCallerToken(file, "admin", Set.of(Caller.EVERY_TUNNEL));
    assertThat(TokenFile.read(file).callerOf(secret).orElseThrow().mayUse("later")).isTrue();
  }

  @Test
  void severalTokensOfOneName_allWork() throws IOException {
    String old = TokenFile.createTunnelToken(file, "acme");
    String next = TokenFile.createTunnelToken(file, "acme");
    TokenSet tokens = TokenFile.read(file);
    assertThat(tokens.tunnelToken(old)).map(TunnelToken::tunnel).contains("acme");
    assertThat(tokens.tunnelToken(next)).map(TunnelToken::tunnel).contains("acme");
  }

  @Test
  void file_startsWithItsExplanation_andIsItsOwnersAlone() throws IOException {
    TokenFile.createTunnelToken(file, "acme");
    assertThat(Files.readString(file)).startsWith(TokenFormat.HEADER);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    TokenFile.createCallerToken(file, "scanner", Set.of("acme"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void create_keepsWhatAPersonWrote() throws IOException {
    Files.writeString(file, "# mine\n\ntunnel acme " + "0".repeat(64));
    String secret = TokenFile.createTunnelToken(file, "beta");
    assertThat(Files.readString(file)).startsWith("# mine\n\ntunnel acme " + "0".repeat(64) + "\n");
    assertThat(TokenFile.read(file).tunnelToken(secret)).map(TunnelToken::tunnel).contains("beta");
  }

  @Test
  void create_ofManyAtOnce_losesNone_andLeavesNothingBehind() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<String>> tasks =
          IntStream.range(0, 40)
              .<Callable<String>>mapToObj(i -> () -> TokenFile.createTunnelToken(file, "t" + i))
              .toList();
      Set<String> secrets = new HashSet<>();
      for (Future<String> created : threads.invokeAll(tasks)) {
        secrets.add(created.get());
      }
      TokenSet tokens = TokenFile.read(file);
      assertThat(secrets).hasSize(40).allMatch(secret -> tokens.tunnelToken(secret).isPresent());
    } finally {
      threads.shutdownNow();
    }
    try (var left = Files.list(directory)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("tokens", "tokens.lock");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-acme", "acme-", "Acme", "a_b", "a.b", "ä", "a b", "../x"})
  void create_refusesOtherIds(String id) {
    assertThatThrownBy(() -> TokenFile.createTunnelToken(file, id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Identifier.RULE);
    assertThat(file).doesNotExist();
  }

  @Test
  void identifier_isAtMost63Long() {
    assertThat(Identifier.isValid("a".repeat(63))).isTrue();
    assertThat(Identifier.isValid("a".repeat(64))).isFalse();
    assertThat(Identifier.isValid("a")).isTrue();
    assertThat(Identifier.isValid("a-0-b")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tunnel SECRET HASH",
        "caller SECRET * HASH",
        "caller a SECRET HASH",
        "caller a b,SECRET HASH",
        "tunnel a SECRET",
        "SECRET",
        "caller a , HASH SECRET"
      })
  void aSecretInTheWrongPlace_isNotRepeated(String line) throws IOException {
    String secret = "pst_0123456789-Abc";
    Files.writeString(file, line.replace("SECRET", secret).replace("HASH", "0".repeat(64)) + "\n");
    assertThatThrownBy(() -> Tokens.open(file).close())
        .hasMessageContaining("line 1:")
        .satisfies(
            e -> {
              for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                assertThat(cause.toString()).doesNotContain(secret, "0123456789");
              }
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tunnel acme",
        "tunnel acme 00",
        "tunnel Acme 0000000000000000000000000000000000000000000000000000000000000000",
        "caller scanner 0000000000000000000000000000000000000000000000000000000000000000",
        "caller scanner *,acme 0000000000000000000000000000000000000000000000000000000000000000",
        "robot acme 0000000000000000000000000000000000000000000000000000000000000000"
      })
  void aBadLine_isNamedByItsNumber_andNeverQuoted(String line) throws IOException {
    Files.writeString(file, "# one\n" + line + "\n");
    assertThatThrownBy(() -> Tokens.open(file).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2:")
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> TokenFile.createTunnelToken(file, "acme"))
        .hasMessageContaining("line 2:");
    assertThat(Files.readString(file)).as("left as it was").isEqualTo("# one\n" + line + "\n");
  }
}
