package dev.penstock.server.fetch;

import dev.penstock.registry.stream.BlobMessage;
import dev.penstock.registry.stream.BlobStream;
import dev.penstock.registry.v1.BlobHeader;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.server.digest.DigestPool;
import dev.penstock.server.digest.StreamDigest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One whole blob, written as it arrives.
 *
 * <p>The server ends the stream in OK only when the SHA-256 of what it gave is the digest. Hashing
 * once more at this end costs as much CPU as everything else here, and is done when asked for.
 *
 * <p>A slow disk holds up the event loop, and flow control holds up the sender. A slow hash leaves
 * messages unasked for. All fields but the flag belong to the event loop.
 */
public final class BlobFetch extends ClientCall.Listener<BlobMessage> {
  /** Bytes that may wait for their hash before the next message is asked for. */
  private static final long DIGEST_BACKLOG_BYTES = 8 << 20;

  private final ApiClient api;
  private final ClientCall<FetchBlobRequest, BlobMessage> call;
  private final FetchBlobRequest request;
  private final FetchOutput output;
  private final FetchProgress progress;
  private final @Nullable StreamDigest digest;
  private final AtomicBoolean owed = new AtomicBoolean();
  private final CompletableFuture<String> verified = new CompletableFuture<>();
  private @Nullable BlobHeader header;
  private @Nullable Status failure;
  private long writtenBytes;

  private BlobFetch(
      ApiClient api,
      FetchBlobRequest request,
      FetchOutput output,
      FetchProgress progress,
      @Nullable DigestPool digests) {
    this.api = api;
    this.call = api.channel().newCall(BlobStream.method(), CallOptions.DEFAULT);
    this.request = request;
    this.output = output;
    this.progress = progress;
    this.digest =
        digests == null
            ? null
            : new StreamDigest(digests, DIGEST_BACKLOG_BYTES, change -> {}, this::askForMore);
  }

  /**
   * Fetches the blob and waits for its end; the output is left to the caller to commit.
   *
   * @param registry the client's name for one of its registries; empty for its first
   * @param verify whether to hash the bytes at this end too
   * @throws FetchException when the transfer failed or the bytes are not the digest's
   */
  public static FetchResult fetch(
      ApiClient api,
      FetchTarget blob,
      String registry,
      FetchOutput output,
      FetchProgress progress,
      boolean verify)
      throws FetchException, InterruptedException {
    FetchBlobRequest request =
        FetchBlobRequest.newBuilder()
            .setTunnel(blob.tunnel())
            .setRegistry(registry)
            .setRepository(blob.repository())
            .setDigest(blob.name())
            .build();
    try (DigestPool digests = verify ? new DigestPool(1) : null) {
      return new BlobFetch(api, request, output, progress, digests).run();
    }
  }

  private FetchResult run() throws FetchException, InterruptedException {
    long start = System.nanoTime();
    call.start(this, new Metadata());
    call.sendMessage(request);
    call.halfClose();
    call.request(1);
    try {
      String hash = verified.get();
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      return new FetchResult(writtenBytes, hash, digest != null, elapsed);
    } catch (ExecutionException e) {
      throw api.failure(Status.fromThrowable(e));
    } finally {
      call.cancel("the fetch is over", null);
    }
  }

  @Override
  public void onMessage(BlobMessage message) {
    if (failure != null) {
      message.close();
    } else if (message.isHeader()) {
      try (message) {
        header = message.header();
      }
    } else {
      onData(message);
    }
    owed.set(true);
    askForMore();
  }

  private void askForMore() {
    if ((digest == null || digest.hasRoom()) && owed.compareAndSet(true, false)) {
      call.request(1);
    }
  }

  private void onData(BlobMessage message) {
    try {
      write(message);
    } catch (IOException e) {
      message.close();
      fail(Status.ABORTED.withDescription("cannot write: " + e.getMessage()).withCause(e));
      return;
    }
    writtenBytes += message.dataBytes();
    if (digest == null) {
      message.close();
    } else {
      digest.update(message);
    }
    progress.onWritten(writtenBytes, header == null ? writtenBytes : header.getLength());
  }

  private void write(BlobMessage message) throws IOException {
    List<ByteBuffer> buffers = new ArrayList<>();
    message.forEachBuffer(buffers::add);
    output.write(buffers.toArray(ByteBuffer[]::new));
  }

  private void fail(Status status) {
    failure = status;
    call.cancel(status.getDescription(), null);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    Status end = failure != null ? failure : status;
    if (end.isOk() && digest != null) {
      digest.finish(this::onHashed);
    } else if (end.isOk()) {
      onEnd();
    } else {
      if (digest != null) {
        digest.abandon();
      }
      verified.completeExceptionally(end.asException());
    }
  }

  /** Without a hash of our own: the server's word for the bytes, our count for their number. */
  private void onEnd() {
    if (header != null && writtenBytes == header.getLength()) {
      verified.complete(request.getDigest());
    } else {
      verified.completeExceptionally(
          Status.DATA_LOSS
              .withDescription("OK after " + writtenBytes + " bytes, which are not all")
              .asException());
    }
  }

  private void onHashed(String hash) {
    String computed = "sha256:" + hash;
    if (computed.equals(request.getDigest())) {
      verified.complete(computed);
    } else {
      verified.completeExceptionally(
          Status.DATA_LOSS
              .withDescription("the bytes that came have the digest " + computed)
              .asException());
    }
  }
}
