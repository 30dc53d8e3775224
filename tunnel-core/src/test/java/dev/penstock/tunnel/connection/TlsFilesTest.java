package dev.penstock.tunnel.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  void platformsAuthorities_areTheFirstBundleThatThereIs() throws IOException {
    Path absent = directory.resolve("absent.pem");
    Path there = Files.createFile(directory.resolve("there.pem"));
    Path other = Files.createFile(directory.resolve("other.pem"));
    assertThat(PlatformAuthorities.bundle(List.of(absent, there, other))).isEqualTo(there);
    assertThatThrownBy(() -> PlatformAuthorities.bundle(List.of(absent)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("at none of [" + absent + "]")
        .hasMessageContaining("name their PEM file");
  }

  @Test
  void platformsAuthorities_areTrustedInTheBundlesPlace() throws Exception {
    assumeTrue(PlatformAuthorities.BUNDLES.stream().anyMatch(Files::isReadable));
    SslContext platform = TlsFiles.dialling(new ClientTls(ClientTls.PLATFORM, null, null));
    assertThat(platform.isClient()).isTrue();
  }

  @Test
  void fileCalledLikeThePlatform_isAFileWithItsDirectory() {
    assertThatThrownBy(() -> TlsFiles.dialling(new ClientTls(Path.of("./platform"), null, null)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("trusted certificates in ./platform");
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
