package dev.penstock.server.relay;

import dev.penstock.registry.stream.BlobMessage;
import dev.penstock.registry.stream.RawMessage;
import dev.penstock.registry.v1.BlobHeader;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.server.digest.DigestPool;
import dev.penstock.server.digest.StreamDigest;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the promise of {@code FetchBlob}: OK only when every byte of the range was passed on and,
 * for a whole blob, when their SHA-256 is the digest.
 *
 * <p>Lengths come from the messages' lengths, and the hash reads the buffers that are passed on;
 * the data is neither parsed nor copied. Event loop of the tunnel only, but for the hash.
 */
final class BlobCheck implements ResponseCheck {
  private static final String SHA256 = "sha256:";

  private final FetchBlobRequest request;
  private final StreamDigest digest;
  private @Nullable BlobHeader header;
  private long passedBytes;

  BlobCheck(FetchBlobRequest request, DigestPool pool, RelayGauges gauges, Runnable onRoom) {
    this.request = request;
    this.digest =
        new StreamDigest(
            pool, RelayLimits.DIGEST_BACKLOG_BYTES, gauges.digestBacklogBytes()::add, onRoom);
  }

  @Override
  public void onMessage(RawMessage message) throws StatusException {
    BlobMessage part = read(message);
    if (part.isHeader()) {
      try (part) {
        onHeader(part.header());
      }
    } else {
      onData(part);
    }
  }

  private static BlobMessage read(RawMessage message) throws StatusException {
    try {
      return BlobMessage.of(message.retain());
    } catch (StatusRuntimeException e) {
      throw e.getStatus().asException();
    }
  }

  private void onHeader(BlobHeader header) throws StatusException {
    if (this.header != null) {
      throw defect("sent a second header").asException();
    }
    if (header.getOffset() != request.getOffset()
        || header.getLength() != expectedLength(header.getSize())) {
      throw defect(
              "announced bytes %d+%d of %d where %d+%d were asked for"
                  .formatted(
                      header.getOffset(),
                      header.getLength(),
                      header.getSize(),
                      request.getOffset(),
                      request.getLength()))
          .asException();
    }
    this.header = header;
  }

  private long expectedLength(long size) {
    long left = size - request.getOffset();
    return request.getLength() == 0 ? left : Math.min(left, request.getLength());
  }

  private void onData(BlobMessage part) throws StatusException {
    if (header == null) {
      part.close();
      throw defect("sent data before the header").asException();
    }
    if (part.dataBytes() < 1 || part.dataBytes() > RelayLimits.MAX_DATA_BYTES) {
      part.close();
      throw defect("sent %d bytes in one message".formatted(part.dataBytes())).asException();
    }
    passedBytes += part.dataBytes();
    if (passedBytes > header.getLength()) {
      part.close();
      throw lost("more than the %d bytes announced came".formatted(header.getLength()))
          .asException();
    }
    if (isWholeBlob(header)) {
      digest.update(part);
    } else {
      part.close();
    }
  }

  @Override
  public boolean hasRoom() {
    return digest.hasRoom();
  }

  @Override
  public void onClose(Status status, Consumer<Status> ended) {
    Status verdict = status.isOk() ? lengthVerdict() : status;
    if (!verdict.isOk()) {
      digest.abandon();
      ended.accept(verdict);
    } else if (header != null && isWholeBlob(header)) {
      digest.finish(hash -> ended.accept(digestVerdict(hash)));
    } else {
      ended.accept(Status.OK);
    }
  }

  private Status lengthVerdict() {
    if (header == null) {
      return defect("ended the stream without a header");
    }
    return passedBytes == header.getLength()
        ? Status.OK
        : lost("%d of %d bytes came".formatted(passedBytes, header.getLength()));
  }

  private Status digestVerdict(String hash) {
    return request.getDigest().equals(SHA256 + hash)
        ? Status.OK
        : lost("the bytes that came have the digest " + SHA256 + hash);
  }

  private static boolean isWholeBlob(BlobHeader header) {
    return header.getOffset() == 0 && header.getLength() == header.getSize();
  }

  private Status lost(String what) {
    return Status.DATA_LOSS.withDescription(subject() + ": " + what + "; discard them");
  }

  private Status defect(String what) {
    return Status.INTERNAL.withDescription(
        subject() + ": the client " + what + ", which the contract rules out");
  }

  private String subject() {
    return "fetch " + request.getDigest() + " from tunnel '" + request.getTunnel() + "'";
  }
}
