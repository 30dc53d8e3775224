package dev.penstock.server.relay;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.penstock.registry.stream.RawMessage;
import dev.penstock.registry.v1.StatManifestRequest;
import dev.penstock.registry.v1.StatManifestResponse;
import dev.penstock.server.access.Access;
import dev.penstock.server.access.Target;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Keeps the promise of {@code StatManifest}: OK only with a digest, and with that one when a digest
 * was asked for. The response is tiny, and so it is judged at once.
 */
final class ManifestStatVerdict implements UnaryAnswer.Verdict {
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  private final StatManifestRequest request;

  private ManifestStatVerdict(StatManifestRequest request) {
    this.request = request;
  }

  /** Parses the request, and notes what it is about; its rules are the client's to enforce. */
  static ManifestStatVerdict of(RawMessage message) throws StatusException {
    StatManifestRequest request = parse(message);
    Access.current()
        .targetIs(
            new Target(
                request.getTunnel(),
                request.getRegistry(),
                request.getRepository(),
                request.getReference()));
    return new ManifestStatVerdict(request);
  }

  private static StatManifestRequest parse(RawMessage message) throws StatusException {
    try {
      return StatManifestRequest.parseFrom(RequestFields.bytes(message));
    } catch (InvalidProtocolBufferException e) {
      throw RelayStatus.requestMalformed().withCause(e).asException();
    }
  }

  String tunnel() {
    return request.getTunnel();
  }

  String subject() {
    return "stat manifest " + request.getReference() + " from tunnel '" + request.getTunnel() + "'";
  }

  @Override
  public void on(RawMessage response, Consumer<Status> judged) {
    judged.accept(verdict(response));
  }

  private Status verdict(RawMessage response) {
    try {
      String digest = StatManifestResponse.parseFrom(RequestFields.bytes(response)).getDigest();
      if (!DIGEST.matcher(digest).matches()) {
        return RelayStatus.defect(subject(), "stated no digest");
      }
      return isDigest(request.getReference()) && !digest.equals(request.getReference())
          ? Status.DATA_LOSS.withDescription(
              subject() + ": the client stated another manifest, with the digest " + digest)
          : Status.OK;
    } catch (InvalidProtocolBufferException e) {
      return RelayStatus.defect(subject(), "sent a response that is not a StatManifestResponse")
          .withCause(e);
    }
  }

  /** A tag has no colon. */
  private static boolean isDigest(String reference) {
    return reference.indexOf(':') >= 0;
  }
}
