package dev.penstock.testing.tunnelprobe;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.PenstockClient;
import dev.penstock.client.Secret;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.registry.v1.ListTagsRequest;
import dev.penstock.registry.v1.ListTagsResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.RegistryGrpc.RegistryBlockingStub;
import dev.penstock.registry.v1.StatManifestRequest;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.image.Sha256;
import dev.penstock.testing.registry.EmbeddedRegistry;
import dev.penstock.testing.report.StepFailedException;
import dev.penstock.testing.report.Steps;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A client with a made-up registry, attached through the path that is tried, and a caller that
 * reads from it. One thread.
 */
final class TunnelProbe {
  private static final String REPOSITORY = "probe/app";
  private static final String TAG = "1.0";
  private static final long SEED = 1;
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Endpoints ends;
  private final Steps steps;
  private final Duration timeout;
  private final Blob layer;
  private final Image image;

  private TunnelProbe(Endpoints ends, Steps steps, Duration timeout, long layerBytes) {
    this.ends = ends;
    this.steps = steps;
    this.timeout = timeout;
    this.layer = Blob.layer(SEED, layerBytes);
    this.image = Image.singleArch(List.of(layer));
  }

  /**
   * Takes the steps; blocks meanwhile.
   *
   * @param timeout of each step
   * @return whether all succeeded
   */
  static boolean run(Endpoints ends, Steps steps, Duration timeout, long layerBytes)
      throws IOException, InterruptedException {
    TunnelProbe probe = new TunnelProbe(ends, steps, timeout, layerBytes);
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.add(REPOSITORY, TAG, probe.image);
      try (PenstockClient client = PenstockClient.start(probe.config(registry))) {
        probe.attach(client);
        probe.call();
      }
      return true;
    } catch (StepFailedException e) {
      return false; // it has been printed
    }
  }

  private ClientConfig config(EmbeddedRegistry registry) {
    ClientConfig.Builder config =
        ClientConfig.builder()
            .server(ends.server())
            .tunnel(ends.tunnel())
            .token(Secret.of(ends.tunnelToken()))
            .registry(registry.url().toString())
            .shutdownGrace(GRACE)
            .allow("**");
    if (ends.authorities() != null) {
      config.network().ca(ends.authorities());
    }
    return config.build();
  }

  private void attach(PenstockClient client) throws StepFailedException, InterruptedException {
    steps.take(
        "attach",
        () -> {
          try {
            client.awaitAttached(timeout);
            return ends.toString();
          } catch (TimeoutException e) {
            throw new StepFailedException(String.valueOf(e.getMessage()));
          }
        },
        List::of);
  }

  private void call() throws StepFailedException, InterruptedException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(ends.api().host(), ends.api().port()).usePlaintext().build();
    try {
      steps.take("list", () -> list(channel), List::of);
      steps.take("manifest", () -> manifest(channel), List::of);
      long begun = System.nanoTime();
      String digest = steps.take("blob", () -> blob(channel), found -> rate(begun));
      steps.take("digest", () -> compare(digest), List::of);
    } finally {
      channel.shutdownNow();
    }
  }

  private String list(ManagedChannel channel) throws StepFailedException {
    ListTagsRequest request =
        ListTagsRequest.newBuilder().setTunnel(ends.tunnel()).setRepository(REPOSITORY).build();
    ListTagsResponse tags = called(() -> caller(channel).listTags(request));
    return REPOSITORY + " has " + String.join(", ", tags.getTagsList());
  }

  private String manifest(ManagedChannel channel) throws StepFailedException {
    StatManifestRequest request =
        StatManifestRequest.newBuilder()
            .setTunnel(ends.tunnel())
            .setRepository(REPOSITORY)
            .setReference(TAG)
            .build();
    String digest = called(() -> caller(channel).statManifest(request)).getDigest();
    if (!digest.equals(image.top().digest())) {
      throw new StepFailedException(
          "another manifest came, " + digest + "; somebody else serves this tunnel, too");
    }
    return digest;
  }

  /** Reads the layer and returns the digest of what came. */
  private String blob(ManagedChannel channel) throws StepFailedException {
    FetchBlobRequest request =
        FetchBlobRequest.newBuilder()
            .setTunnel(ends.tunnel())
            .setRepository(REPOSITORY)
            .setDigest(layer.digest())
            .build();
    return called(
        () -> {
          Sha256 sha = new Sha256();
          Iterator<FetchBlobResponse> parts = caller(channel).fetchBlob(request);
          while (parts.hasNext()) {
            sha.update(parts.next().getData().asReadOnlyByteBuffer());
          }
          return sha.digest();
        });
  }

  private List<String> rate(long begunNanos) {
    double seconds = (System.nanoTime() - begunNanos) / (double) TimeUnit.SECONDS.toNanos(1);
    double mib = layer.size() / (double) (1 << 20);
    return List.of("%.1f MiB, %.0f MiB/s".formatted(mib, mib / seconds));
  }

  private String compare(String digest) throws StepFailedException {
    if (!digest.equals(layer.digest())) {
      throw new StepFailedException("what came has " + digest + ", not " + layer.digest());
    }
    return digest;
  }

  private RegistryBlockingStub caller(ManagedChannel channel) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + ends.callerToken());
    return RegistryGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static <T> T called(Supplier<T> call) throws StepFailedException {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw new StepFailedException(String.valueOf(e.getMessage()));
    }
  }
}
