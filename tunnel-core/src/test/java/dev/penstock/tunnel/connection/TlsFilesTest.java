package dev.penstock.tunnel.connection;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFilesTest {
  @TempDir Path directory;

  @Test
  void filesThatCannotBeUsed_areNamed() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty.pem"));
    Path absent = directory.resolve("absent.pem");
    for (Path path : new Path[] {empty, absent}) {
      assertThatThrownBy(() -> TlsFiles.dialling(new ClientTls(path, null, null)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(path.toString());
      assertThatThrownBy(() -> TlsFiles.dialling(new ClientTls(null, path, path)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("client certificate " + path);
      assertThatThrownBy(() -> TlsFiles.presenting(path, path))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(path.toString());
    }
  }

  @Test
  void clientCertificateWithoutItsKey_isRefused() {
    Path some = Path.of("some.pem");
    assertThatThrownBy(() -> new ClientTls(null, some, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("given is only the certificate");
    assertThatThrownBy(() -> new ClientTls(null, null, some))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("given is only the key");
  }
}
