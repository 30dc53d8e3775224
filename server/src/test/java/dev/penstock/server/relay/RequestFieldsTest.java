package dev.penstock.server.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.registry.stream.RawMessage;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.ListTagsRequest;
import dev.penstock.server.access.Target;
import io.grpc.Status;
import io.grpc.StatusException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RequestFieldsTest {
  @Test
  void tunnel_isRead_whateverElseTheRequestHolds() throws StatusException {
    byte[] blob =
        FetchBlobRequest.newBuilder()
            .setTunnel("acme")
            .setRepository("team/app")
            .setDigest("sha256:00")
            .setOffset(1L << 40)
            .setLength(7)
            .build()
            .toByteArray();
    assertThat(RequestFields.read(message(blob)))
        .isEqualTo(new Target("acme", "", "team/app", "sha256:00"));
    byte[] manifest =
        FetchManifestRequest.newBuilder()
            .setTunnel("beta")
            .setRegistry("hub")
            .setReference("1.0")
            .build()
            .toByteArray();
    assertThat(RequestFields.read(message(manifest)))
        .isEqualTo(new Target("beta", "hub", "", "1.0"));
    byte[] tags =
        ListTagsRequest.newBuilder().setTunnel("acme").setPageSize(7).build().toByteArray();
    assertThat(RequestFields.read(message(tags))).isEqualTo(Target.ofTunnel("acme"));
  }

  @Test
  void tunnel_isRead_acrossBuffers() throws StatusException {
    RawMessage split =
        RawMessage.of(
            List.of(
                ByteBuffer.wrap(new byte[] {0x0a, 4, 'a'}),
                ByteBuffer.wrap(new byte[] {'c', 'm', 'e'})));
    assertThat(RequestFields.read(split).tunnel()).isEqualTo("acme");
  }

  @Test
  void tunnel_thatComesTwice_isTheLast_asInProtobuf() throws StatusException {
    byte[] twice = {0x0a, 1, 'a', 0x12, 1, 'r', 0x0a, 1, 'b'};
    assertThat(RequestFields.read(message(twice)).tunnel()).isEqualTo("b");
  }

  @Test
  void tunnel_thatIsAbsent_isEmpty() throws StatusException {
    assertThat(RequestFields.read(message(new byte[0]))).isEqualTo(Target.UNKNOWN);
    assertThat(RequestFields.read(message(new byte[] {0x12, 1, 'r'})).tunnel()).isEmpty();
  }

  static List<byte[]> malformed() {
    return List.of(
        new byte[] {0x0a},
        new byte[] {0x0a, 5, 'a'},
        new byte[] {0x0a, 2, (byte) 0xc3, (byte) 0x28},
        new byte[] {0x00},
        new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff});
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void malformedRequest_isAnInvalidArgument(byte[] bytes) {
    assertThatThrownBy(() -> RequestFields.read(message(bytes)))
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
  }

  private static RawMessage message(byte[] bytes) {
    return RawMessage.of(List.of(ByteBuffer.wrap(bytes)));
  }
}
