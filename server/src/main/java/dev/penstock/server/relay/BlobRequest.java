package dev.penstock.server.relay;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.penstock.registry.stream.RawMessage;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.server.access.Access;
import dev.penstock.server.access.Target;
import io.grpc.StatusException;
import java.util.regex.Pattern;

/** Reads of a {@code FetchBlob} request what the check of its answer needs. */
final class BlobRequest {
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  private BlobRequest() {}

  /**
   * Parses the request, and notes what it is about; of its rules only those are enforced without
   * which nothing can be checked.
   */
  static FetchBlobRequest read(RawMessage message) throws StatusException {
    FetchBlobRequest request = parse(message);
    Access.current()
        .targetIs(
            new Target(
                request.getTunnel(),
                request.getRegistry(),
                request.getRepository(),
                request.getDigest()));
    if (!DIGEST.matcher(request.getDigest()).matches()) {
      throw RelayStatus.digestMalformed().asException();
    }
    return request;
  }

  private static FetchBlobRequest parse(RawMessage message) throws StatusException {
    try {
      return FetchBlobRequest.parseFrom(RequestFields.bytes(message));
    } catch (InvalidProtocolBufferException e) {
      throw RelayStatus.requestMalformed().withCause(e).asException();
    }
  }
}
