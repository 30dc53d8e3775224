package dev.penstock.server.relay;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.penstock.registry.stream.RawMessage;
import dev.penstock.server.access.Target;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads what a request of {@code Registry} is about, the same fields in all of them, and passes
 * over the rest: {@code tunnel}, field 1, by which it is routed, and for the log {@code registry},
 * {@code repository} and, where field 4 is a string, the tag or digest.
 *
 * <p>All but the tunnel is for the client to judge, which may be newer than this server.
 */
final class RequestFields {
  private static final int TUNNEL = tag(1);
  private static final int REGISTRY = tag(2);
  private static final int REPOSITORY = tag(3);
  private static final int REFERENCE = tag(4);

  private RequestFields() {}

  private static int tag(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  /** The fields' values, the last of each as protobuf has it; empty where absent. */
  static Target read(RawMessage request) throws StatusException {
    try {
      return read(CodedInputStream.newInstance(bytes(request)));
    } catch (IOException e) {
      throw RelayStatus.requestMalformed().withCause(e).asException();
    }
  }

  static byte[] bytes(RawMessage request) {
    ByteBuffer all = ByteBuffer.allocate(request.length());
    request.forEachBuffer(all::put);
    return all.array();
  }

  private static Target read(CodedInputStream in) throws IOException {
    String tunnel = "";
    String registry = "";
    String repository = "";
    String reference = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == TUNNEL) {
        tunnel = in.readStringRequireUtf8();
      } else if (tag == REGISTRY) {
        registry = in.readString();
      } else if (tag == REPOSITORY) {
        repository = in.readString();
      } else if (tag == REFERENCE) {
        reference = in.readString();
      } else if (!in.skipField(tag)) {
        break;
      }
    }
    return new Target(tunnel, registry, repository, reference);
  }
}
