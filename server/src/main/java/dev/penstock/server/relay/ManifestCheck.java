package dev.penstock.server.relay;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.penstock.registry.stream.RawMessage;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.FetchManifestResponse;
import dev.penstock.server.digest.DigestPool;
import dev.penstock.server.digest.Sha256;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the promise of {@code FetchManifest}: OK only when the SHA-256 of the content is the digest
 * that came with it and, when a digest was asked for, that one.
 *
 * <p>The response is passed on meanwhile; as with any unary call, it counts when the status is OK.
 * It is parsed and hashed on a thread of the digest pool: 4 MiB would hold up the other calls of
 * the tunnel for milliseconds. All else on the event loop of the tunnel.
 */
final class ManifestCheck implements ResponseCheck {
  private static final String SHA256 = "sha256:";

  private final FetchManifestRequest request;
  private final DigestPool pool;
  private @Nullable RawMessage answer;

  ManifestCheck(FetchManifestRequest request, DigestPool pool) {
    this.request = request;
    this.pool = pool;
  }

  @Override
  public void onMessage(RawMessage message) throws StatusException {
    if (answer != null) {
      throw defect("sent a second response").asException();
    }
    answer = message.retain();
  }

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public void onClose(Status status, Consumer<Status> ended) {
    RawMessage kept = answer;
    if (kept == null) {
      ended.accept(status.isOk() ? defect("ended the call without a response") : status);
    } else if (!status.isOk()) {
      kept.close();
      ended.accept(status);
    } else if (!pool.execute(() -> ended.accept(verdict(kept)))) {
      kept.close();
      ended.accept(Status.UNAVAILABLE.withDescription("the server is shutting down; try again"));
    }
  }

  private Status verdict(RawMessage message) {
    try (message) {
      return verdict(FetchManifestResponse.parseFrom(TunnelField.bytes(message)));
    } catch (InvalidProtocolBufferException e) {
      return defect("sent a response that is not a FetchManifestResponse").withCause(e);
    }
  }

  private Status verdict(FetchManifestResponse response) {
    String computed = SHA256 + Sha256.of(response.getContent().asReadOnlyByteBuffer());
    if (!computed.equals(response.getDigest())) {
      return lost("the client gave another digest for them");
    }
    return isDigest(request.getReference()) && !computed.equals(request.getReference())
        ? lost("they have the digest " + computed)
        : Status.OK;
  }

  /** A tag has no colon. */
  private static boolean isDigest(String reference) {
    return reference.indexOf(':') >= 0;
  }

  private Status lost(String what) {
    return Status.DATA_LOSS.withDescription(
        subject() + ": these are other bytes, " + what + "; discard them");
  }

  private Status defect(String what) {
    return Status.INTERNAL.withDescription(
        subject() + ": the client " + what + ", which the contract rules out");
  }

  private String subject() {
    return "fetch manifest "
        + request.getReference()
        + " from tunnel '"
        + request.getTunnel()
        + "'";
  }
}
