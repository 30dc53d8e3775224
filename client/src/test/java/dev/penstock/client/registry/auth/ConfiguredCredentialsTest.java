package dev.penstock.client.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.client.Secret;
import dev.penstock.client.credentials.Credentials;
import dev.penstock.client.credentials.Credentials.UserPassword;
import dev.penstock.client.credentials.LookupThreads;
import dev.penstock.client.credentials.PasswordSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfiguredCredentialsTest {
  private final LookupThreads lookups = new LookupThreads("test-lookups", 1);

  @TempDir Path home;

  @AfterEach
  void close() {
    lookups.close();
  }

  @Test
  void password_isReadOnALookupThread() throws Exception {
    CompletableFuture<String> reader = new CompletableFuture<>();
    PasswordSource source =
        () -> {
          reader.complete(Thread.currentThread().getName());
          return "hush";
        };
    find(source);
    assertThat(reader.join()).startsWith("test-lookups");
  }

  @Test
  void password_isTheOneThatTheFileHasNow() throws Exception {
    Path file = Files.writeString(home.resolve("password"), "first\n");
    Secret secret = Secret.inFile(file);
    assertThat(password(secret)).isEqualTo("first");
    Path fresh = Files.writeString(home.resolve("fresh"), "other\n"); // as long as the first
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    assertThat(password(secret)).isEqualTo("other");
    Files.writeString(file, "again");
    assertThat(password(secret)).isEqualTo("again");
  }

  @Test
  void fileThatCannotBeRead_isNamedUntilItCan() throws Exception {
    Path file = home.resolve("password");
    Secret secret = Secret.inFile(file);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> find(secret))
          .cause()
          .hasMessage(file + " cannot be read (NoSuchFileException)");
    }
    Files.writeString(file, "hush");
    assertThat(password(secret)).isEqualTo("hush");
    Files.delete(file);
    assertThatThrownBy(() -> find(secret)).cause().hasMessageContaining("cannot be read");
    Files.createDirectory(file);
    assertThatThrownBy(() -> find(secret)).cause().hasMessage(file + " is not a file");
  }

  @Test
  void fileThatIsNoPassword_isRefusedWithoutItsContent() throws Exception {
    Path file = Files.write(home.resolve("password"), new byte[] {'h', 'u', 's', 'h', (byte) 0xff});
    assertThatThrownBy(() -> find(Secret.inFile(file)))
        .cause()
        .hasMessage(file + " is not text in UTF-8")
        .hasNoCause();
    Files.write(file, new byte[65_537]);
    assertThatThrownBy(() -> find(Secret.inFile(file)))
        .cause()
        .hasMessageContaining("more than 64 KiB");
  }

  private String password(PasswordSource source) throws Exception {
    return ((UserPassword) find(source)).password();
  }

  private Credentials find(PasswordSource source) throws Exception {
    return new ConfiguredCredentials(new BasicCredentials("ann", source), lookups)
        .find(null)
        .get(20, TimeUnit.SECONDS);
  }
}
