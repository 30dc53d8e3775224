package dev.penstock.server.relay;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.penstock.registry.stream.RawMessage;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.server.access.Access;
import dev.penstock.server.access.Target;
import io.grpc.StatusException;

/** Reads of a {@code FetchManifest} request what the check of its answer needs. */
final class ManifestRequest {
  private ManifestRequest() {}

  /** Parses the request, and notes what it is about; its rules are the client's to enforce. */
  static FetchManifestRequest read(RawMessage message) throws StatusException {
    FetchManifestRequest request = parse(message);
    Access.current()
        .targetIs(
            new Target(
                request.getTunnel(),
                request.getRegistry(),
                request.getRepository(),
                request.getReference()));
    return request;
  }

  private static FetchManifestRequest parse(RawMessage message) throws StatusException {
    try {
      return FetchManifestRequest.parseFrom(RequestFields.bytes(message));
    } catch (InvalidProtocolBufferException e) {
      throw RelayStatus.requestMalformed().withCause(e).asException();
    }
  }
}
