package dev.penstock.server.fetch;

import com.google.protobuf.ByteString;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.FetchManifestResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.server.digest.Sha256;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** One manifest or image index, by tag or by digest. */
public final class ManifestFetch {
  private ManifestFetch() {}

  /**
   * Fetches the manifest and writes its exact bytes; the output is left to the caller to commit.
   *
   * @param registry the client's name for one of its registries; empty for its first
   */
  public static FetchResult fetch(
      ApiClient api, FetchTarget manifest, String registry, FetchOutput output)
      throws FetchException, IOException {
    long start = System.nanoTime();
    FetchManifestResponse response = call(api, manifest, registry);
    ByteString content = response.getContent();
    verify(api, manifest, response);
    output.write(new ByteBuffer[] {content.asReadOnlyByteBuffer()});
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    return new FetchResult(content.size(), response.getDigest(), true, elapsed);
  }

  private static void verify(ApiClient api, FetchTarget manifest, FetchManifestResponse response)
      throws FetchException {
    String computed = "sha256:" + Sha256.of(response.getContent().asReadOnlyByteBuffer());
    String wanted = manifest.isDigest() ? manifest.name() : response.getDigest();
    if (!computed.equals(wanted)) {
      throw api.failure(
          Status.DATA_LOSS.withDescription("the bytes that came have the digest " + computed));
    }
  }

  private static FetchManifestResponse call(ApiClient api, FetchTarget manifest, String registry)
      throws FetchException {
    FetchManifestRequest request =
        FetchManifestRequest.newBuilder()
            .setTunnel(manifest.tunnel())
            .setRegistry(registry)
            .setRepository(manifest.repository())
            .setReference(manifest.name())
            .build();
    try {
      return RegistryGrpc.newBlockingStub(api.channel()).fetchManifest(request);
    } catch (StatusRuntimeException e) {
      throw api.failure(Status.fromThrowable(e));
    }
  }
}
