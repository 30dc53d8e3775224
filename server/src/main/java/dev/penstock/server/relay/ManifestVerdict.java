package dev.penstock.server.relay;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.penstock.registry.stream.RawMessage;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.FetchManifestResponse;
import dev.penstock.server.digest.DigestPool;
import dev.penstock.server.digest.Sha256;
import io.grpc.Status;
import java.util.function.Consumer;

/**
 * Keeps the promise of {@code FetchManifest}: OK only when the SHA-256 of the content is the digest
 * that came with it and, when a digest was asked for, that one.
 *
 * <p>The response is parsed and hashed on a thread of the digest pool: 4 MiB would hold up the
 * other calls of the tunnel for milliseconds.
 */
final class ManifestVerdict implements UnaryAnswer.Verdict {
  private static final String SHA256 = "sha256:";

  private final FetchManifestRequest request;
  private final DigestPool pool;

  ManifestVerdict(FetchManifestRequest request, DigestPool pool) {
    this.request = request;
    this.pool = pool;
  }

  static String subject(FetchManifestRequest request) {
    return "fetch manifest "
        + request.getReference()
        + " from tunnel '"
        + request.getTunnel()
        + "'";
  }

  @Override
  public void on(RawMessage response, Consumer<Status> judged) {
    RawMessage read = response.retain();
    if (!pool.execute(() -> judged.accept(verdict(read)))) {
      read.close();
      judged.accept(Status.UNAVAILABLE.withDescription("the server is shutting down; try again"));
    }
  }

  private Status verdict(RawMessage message) {
    try (message) {
      return verdict(FetchManifestResponse.parseFrom(RequestFields.bytes(message)));
    } catch (InvalidProtocolBufferException e) {
      return RelayStatus.defect(
              subject(request), "sent a response that is not a FetchManifestResponse")
          .withCause(e);
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
        subject(request) + ": these are other bytes, " + what + "; discard them");
  }
}
