package dev.penstock.server.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.FetchManifestResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ApiClientTest {
  private final CountDownLatch asked = new CountDownLatch(1);

  /** Takes about ten seconds, the shortest silence after which gRPC pings. */
  @Test
  void serverThatVanishedAmidACall_isNoticed() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(loopback, 0))
            .addService(new Mute())
            .permitKeepAliveTime(1, TimeUnit.SECONDS)
            .build()
            .start();
    try (SilentWire wire = new SilentWire((InetSocketAddress) server.getListenSockets().get(0));
        ApiClient api = client(wire.port())) {
      var answer =
          RegistryGrpc.newFutureStub(api.channel())
              .fetchManifest(FetchManifestRequest.getDefaultInstance());
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      wire.fallSilent();
      assertThatThrownBy(() -> answer.get(40, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .satisfies(
              e ->
                  assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    } finally {
      server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  private static ApiClient client(int port) {
    var endpoint = new ApiClient.Endpoint("127.0.0.1", port, false, null);
    return ApiClient.to(endpoint, "psc_x", null, Duration.ofSeconds(10), Duration.ofMillis(500));
  }

  /** Takes calls and never answers. */
  private final class Mute extends RegistryGrpc.RegistryImplBase {
    @Override
    public void fetchManifest(
        FetchManifestRequest request, StreamObserver<FetchManifestResponse> observer) {
      asked.countDown();
    }
  }
}
