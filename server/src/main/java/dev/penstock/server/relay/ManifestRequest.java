package dev.penstock.server.relay;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.penstock.registry.stream.RawMessage;
import dev.penstock.registry.v1.FetchManifestRequest;
import io.grpc.StatusException;

/** Reads of a {@code FetchManifest} request what the check of its answer needs. */
final class ManifestRequest {
  private ManifestRequest() {}

  /** Parses the request; its rules are the client's to enforce. */
  static FetchManifestRequest read(RawMessage message) throws StatusException {
    try {
      return FetchManifestRequest.parseFrom(TunnelField.bytes(message));
    } catch (InvalidProtocolBufferException e) {
      throw RelayStatus.requestMalformed().withCause(e).asException();
    }
  }
}
