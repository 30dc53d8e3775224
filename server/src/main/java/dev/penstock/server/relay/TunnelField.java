package dev.penstock.server.relay;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.penstock.registry.stream.RawMessage;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads {@code tunnel}, field 1 of every request of {@code Registry}, and passes over the rest.
 *
 * <p>The rest is for the client to judge, which may be newer than this server.
 */
final class TunnelField {
  private static final int TAG = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

  private TunnelField() {}

  /** The field's value, the last one as protobuf has it; empty when it is absent. */
  static String read(RawMessage request) throws StatusException {
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

  private static String read(CodedInputStream in) throws IOException {
    String tunnel = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == TAG) {
        tunnel = in.readStringRequireUtf8();
      } else if (!in.skipField(tag)) {
        break;
      }
    }
    return tunnel;
  }
}
