package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.peers.PeerProcess;
import dev.penstock.testing.registry.EmbeddedRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed without a word, and what callers see of it. */
class KillTest {
  private static final int TRANSFERS = 8;
  private static final long BLOB_BYTES = 40L << 20;
  private static final long STALL_AT_BYTES = 4L << 20;

  @TempDir Path directory;

  @Test
  void killedClient_isReplacedByTheOtherAndEveryBlobCompletes() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        PenstockProcesses processes = PenstockProcesses.startServer(directory, List.of())) {
      PeerProcess doomed = processes.startClient(registry.url());
      processes.startClient(registry.url());
      ManagedChannel channel = channel(processes);
      try {
        List<Blob> blobs = publish(registry);
        List<BlobReceiver> receivers = new ArrayList<>();
        for (Blob blob : blobs) {
          BlobReceiver receiver = BlobReceiver.stallingAt(STALL_AT_BYTES);
          caller(channel, processes).fetchBlob(Names.blob(blob.digest()), receiver);
          receivers.add(receiver);
        }
        for (BlobReceiver receiver : receivers) {
          receiver.awaitStall(Bounds.EVENT);
        }
        doomed.kill();
        receivers.forEach(BlobReceiver::resume);
        for (int i = 0; i < TRANSFERS; i++) {
          Callers.expectWhole(receivers.get(i), blobs.get(i));
        }
      } finally {
        channel.shutdownNow().awaitTermination(Bounds.EVENT.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void killedServer_isDialledAgainAndCallsAfterItsRestartSucceed() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        PenstockProcesses processes = PenstockProcesses.startServer(directory, List.of())) {
      processes.startClient(registry.url());
      List<Blob> blobs = publish(registry);
      String reference = Names.REPOSITORY + "@" + blobs.get(0).digest();
      assertThat(processes.fetch(reference, Bounds.TRANSFER).exitCode()).isZero();
      processes.killAndRestartServer();
      // At once: the call waits for the client, which nobody restarts.
      ShortCommand fetched = processes.fetch(reference, Bounds.TRANSFER);
      assertThat(fetched.exitCode()).as(fetched.error()).isZero();
      assertThat(fetched.outputDigest()).isEqualTo(blobs.get(0).digest());
    }
  }

  private static List<Blob> publish(EmbeddedRegistry registry) {
    List<Blob> blobs = new ArrayList<>();
    for (int i = 0; i < TRANSFERS; i++) {
      Blob blob = Blob.generated(500 + i, BLOB_BYTES);
      registry.add(Names.REPOSITORY, blob);
      blobs.add(blob);
    }
    return blobs;
  }

  private static ManagedChannel channel(PenstockProcesses processes) {
    return NettyChannelBuilder.forAddress(processes.api().getHost(), processes.api().getPort())
        .usePlaintext()
        .flowControlWindow(Deployment.CALLER_WINDOW_BYTES)
        .build();
  }

  private static RegistryGrpc.RegistryStub caller(
      ManagedChannel channel, PenstockProcesses processes) throws Exception {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + processes.callerSecret());
    return RegistryGrpc.newStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }
}
