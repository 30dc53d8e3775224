package dev.penstock.server;

import com.google.protobuf.ByteString;
import dev.penstock.registry.v1.BlobHeader;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.FetchManifestResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.server.digest.Sha256;
import dev.penstock.tunnel.connection.ClientTls;
import dev.penstock.tunnel.DialerListener;
import dev.penstock.tunnel.Tunnel;
import dev.penstock.tunnel.TunnelDialer;
import dev.penstock.tunnel.TunnelServerBuilder;
import dev.penstock.tunnel.session.SessionClosed;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Stands for a customer's client, on a real tunnel: it has one blob, and one manifest. */
final class OneBlobClient extends RegistryGrpc.RegistryImplBase implements DialerListener {
  static final byte[] BLOB = content();
  static final String DIGEST = "sha256:" + Sha256.of(ByteBuffer.wrap(BLOB));
  static final String MANIFEST = "{\"schemaVersion\":2}";
  private static final int CHUNK_BYTES = 100_000;

  private final Server server;
  private final CountDownLatch attached = new CountDownLatch(1);
  private final CountDownLatch resumed = new CountDownLatch(1);
  private final CompletableFuture<SessionClosed> detached = new CompletableFuture<>();
  private volatile byte[] sent = BLOB;
  private volatile String askedRegistry = "none asked";

  OneBlobClient(URI url, String token, @Nullable Path trusted) throws IOException {
    this(url, token, trusted, Duration.ZERO);
  }

  /** One that moves to a fresh connection that often. */
  OneBlobClient(URI url, String token, @Nullable Path trusted, Duration maxCarrierAge)
      throws IOException {
    TunnelDialer.Builder dialer =
        TunnelDialer.builder(url, "acme")
            .token(() -> token)
            .maxCarrierAge(maxCarrierAge)
            .listener(this);
    if (trusted != null) {
      dialer.tls(new ClientTls(trusted, null, null));
    }
    server = TunnelServerBuilder.forDialer(dialer.build()).addService(this).build().start();
  }

  @Override
  public void onAttached(Tunnel tunnel) {
    attached.countDown();
  }

  @Override
  public void onDetached(Tunnel tunnel, SessionClosed why, Duration retryIn) {
    detached.complete(why);
  }

  @Override
  public void onResumed(Tunnel tunnel) {
    resumed.countDown();
  }

  void awaitResumed() throws InterruptedException {
    if (!resumed.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError("not resumed");
    }
  }

  void awaitAttached() throws InterruptedException {
    if (!attached.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError("not attached");
    }
  }

  /** Completes with the end of the first tunnel. */
  CompletableFuture<SessionClosed> detached() {
    return detached;
  }

  /** The registry's name in the last request. */
  String askedRegistry() {
    return askedRegistry;
  }

  /** From now on these bytes go out under the header of the right ones. */
  void send(byte[] bytes) {
    sent = bytes;
  }

  @Override
  public void fetchBlob(FetchBlobRequest request, StreamObserver<FetchBlobResponse> caller) {
    askedRegistry = request.getRegistry();
    if (!request.getDigest().equals(DIGEST)) {
      caller.onError(
          Status.NOT_FOUND.withDescription("no blob " + request.getDigest()).asException());
      return;
    }
    BlobHeader header = BlobHeader.newBuilder().setSize(BLOB.length).setLength(BLOB.length).build();
    caller.onNext(FetchBlobResponse.newBuilder().setHeader(header).build());
    for (int at = 0; at < sent.length; at += CHUNK_BYTES) {
      ByteString data = ByteString.copyFrom(sent, at, Math.min(CHUNK_BYTES, sent.length - at));
      caller.onNext(FetchBlobResponse.newBuilder().setData(data).build());
    }
    caller.onCompleted();
  }

  @Override
  public void fetchManifest(
      FetchManifestRequest request, StreamObserver<FetchManifestResponse> caller) {
    ByteString content = ByteString.copyFromUtf8(MANIFEST);
    caller.onNext(
        FetchManifestResponse.newBuilder()
            .setContent(content)
            .setDigest("sha256:" + Sha256.of(content.asReadOnlyByteBuffer()))
            .build());
    caller.onCompleted();
  }

  void close() throws InterruptedException {
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
  }

  private static byte[] content() {
    byte[] content = new byte[3_333_333];
    new Random(7).nextBytes(content);
    return content;
  }
}
