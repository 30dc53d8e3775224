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
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A blob, or a range of one, put together from the legs that bring it. Keeps the promise of {@code
 * FetchBlob}: OK only when every byte of the range was passed on, once, and, for a whole blob, when
 * their SHA-256 is the digest.
 *
 * <p>A blob is named by its digest, so any client that has it can go on where another stopped. The
 * first leg's header is passed on; each later one has to announce exactly what is left.
 *
 * <p>Lengths come from the messages' lengths, and the hash reads the buffers that are passed on;
 * the data is neither parsed nor copied.
 */
final class BlobAnswer implements Answer {
  private static final String SHA256 = "sha256:";

  private final FetchBlobRequest request;
  private final StreamDigest digest;
  private @Nullable BlobHeader header;
  private boolean legHasHeader;
  private long passedBytes;

  BlobAnswer(FetchBlobRequest request, DigestPool pool, RelayGauges gauges, Runnable onRoom) {
    this.request = request;
    this.digest =
        new StreamDigest(
            pool, RelayLimits.DIGEST_BACKLOG_BYTES, gauges.digestBacklogBytes()::add, onRoom);
  }

  @Override
  public String subject() {
    return "fetch " + request.getDigest() + " from tunnel '" + request.getTunnel() + "'";
  }

  @Override
  public RawMessage nextRequest() {
    legHasHeader = false;
    FetchBlobRequest rest =
        header == null
            ? request
            : request.toBuilder()
                .setOffset(request.getOffset() + passedBytes)
                .setLength(request.getLength() == 0 ? 0 : leftBytes(header))
                .build();
    return RawMessage.of(List.of(rest.toByteString().asReadOnlyByteBuffer()));
  }

  private long leftBytes(BlobHeader of) {
    return of.getLength() - passedBytes;
  }

  @Override
  public boolean take(RawMessage message) throws StatusException {
    BlobMessage part = read(message);
    if (part.isHeader()) {
      try (part) {
        return takeHeader(part.header());
      }
    }
    takeData(part);
    return true;
  }

  private static BlobMessage read(RawMessage message) throws StatusException {
    try {
      return BlobMessage.of(message.retain());
    } catch (StatusRuntimeException e) {
      throw e.getStatus().asException();
    }
  }

  private boolean takeHeader(BlobHeader announced) throws StatusException {
    if (legHasHeader) {
      throw defect("sent a second header");
    }
    legHasHeader = true;
    BlobHeader first = header;
    if (first != null) {
      checkRest(announced, first);
      return false;
    }
    if (announced.getOffset() != request.getOffset()
        || announced.getLength() != expectedLength(announced.getSize())) {
      throw defect(
          "announced bytes %d+%d of %d where %d+%d were asked for"
              .formatted(
                  announced.getOffset(),
                  announced.getLength(),
                  announced.getSize(),
                  request.getOffset(),
                  request.getLength()));
    }
    header = announced;
    return true;
  }

  private void checkRest(BlobHeader announced, BlobHeader first) throws StatusException {
    if (announced.getSize() != first.getSize()
        || announced.getOffset() != first.getOffset() + passedBytes
        || announced.getLength() != leftBytes(first)) {
      throw lost("the client that was to go on announced bytes %d+%d of %d where %d+%d of %d are left"
              .formatted(
                  announced.getOffset(),
                  announced.getLength(),
                  announced.getSize(),
                  first.getOffset() + passedBytes,
                  leftBytes(first),
                  first.getSize()))
          .asException();
    }
  }

  private long expectedLength(long size) {
    long left = size - request.getOffset();
    return request.getLength() == 0 ? left : Math.min(left, request.getLength());
  }

  private void takeData(BlobMessage part) throws StatusException {
    BlobHeader announced = header;
    if (announced == null || !legHasHeader) {
      part.close();
      throw defect("sent data before the header");
    }
    if (part.dataBytes() < 1 || part.dataBytes() > RelayLimits.MAX_DATA_BYTES) {
      part.close();
      throw defect("sent %d bytes in one message".formatted(part.dataBytes()));
    }
    passedBytes += part.dataBytes();
    if (passedBytes > announced.getLength()) {
      part.close();
      throw lost("more than the %d bytes announced came".formatted(announced.getLength()))
          .asException();
    }
    if (isWholeBlob(announced)) {
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
  public long progress() {
    return passedBytes;
  }

  @Override
  public boolean isComplete() {
    return header != null && passedBytes == header.getLength();
  }

  @Override
  public void end(Status status, Consumer<Status> ended) {
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

  @Override
  public @Nullable RawMessage takeKept() {
    return null;
  }

  @Override
  public void abandon() {
    digest.abandon();
  }

  private Status lengthVerdict() {
    if (header == null) {
      return RelayStatus.defect(subject(), "ended the stream without a header");
    }
    return isComplete()
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

  private StatusException defect(String what) {
    return RelayStatus.defect(subject(), what).asException();
  }
}
