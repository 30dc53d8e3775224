package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.registry.EmbeddedRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both of the client's legs, by addresses of IPv6. */
class Ipv6Test {
  private static final byte[] LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  private static final int BLOB_BYTES = 3_000_000;

  @TempDir Path directory;
  private InetSocketAddress loopback;

  @BeforeEach
  void findLoopback() throws Exception {
    InetAddress address = InetAddress.getByAddress(LOOPBACK);
    assumeTrue(NetworkInterface.getByInetAddress(address) != null, "this machine has no ::1");
    loopback = new InetSocketAddress(address, 0);
  }

  @Test
  void blob_comesWholeFromARegistryAndThroughATunnelOfIpv6() throws Exception {
    Blob blob = Blob.generated(6, BLOB_BYTES);
    try (EmbeddedRegistry registry = EmbeddedRegistry.builder().listen(loopback).start()) {
      registry.add(Names.REPOSITORY, blob);
      assertThat(registry.url().getHost()).startsWith("[");
      try (Deployment penstock =
          Deployment.builder(directory)
              .registry(registry.url())
              .tuneServer(config -> config.publicListen(loopback))
              .start()) {
        Outcomes.expectWhole(penstock, blob);
      }
    }
  }
}
