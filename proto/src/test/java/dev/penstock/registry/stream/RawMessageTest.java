package dev.penstock.registry.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class RawMessageTest {
  private static final Marshaller<RawMessage> RAW = RawMessage.marshaller();
  private static final byte[] CONTENT = {1, 2, 3, 4, 5, 6, 7};

  private final LendingStream transport =
      new LendingStream(List.of(ByteBuffer.wrap(CONTENT, 0, 3), ByteBuffer.wrap(CONTENT, 3, 4)));

  @Test
  void bytes_passThroughUnchanged() throws IOException {
    RawMessage message = RAW.parse(transport);
    try (InputStream out = RAW.stream(message)) {
      assertThat(out.readAllBytes()).isEqualTo(CONTENT);
    }
    message.close();
    assertThat(transport.ledger().released).isOne();
  }

  @Test
  void release_waitsForTheStreamThatGrpcHolds() throws IOException {
    RawMessage message = RAW.parse(transport);
    InputStream out = RAW.stream(message);
    message.close();
    assertThat(transport.ledger().released).isZero();
    assertThat(out.readAllBytes()).isEqualTo(CONTENT);
    out.close();
    out.close();
    assertThat(transport.ledger().released).as("closing a stream twice is one close").isOne();
  }

  @Test
  void release_waitsForEveryReference() {
    RawMessage message = RAW.parse(transport);
    RawMessage second = message.retain();
    message.close();
    assertThat(transport.ledger().released).isZero();
    second.close();
    assertThat(transport.ledger().released).isOne();
  }

  @Test
  void aCloseTooMany_andARetainTooLate_throw() {
    RawMessage message = RAW.parse(transport);
    message.close();
    assertThatThrownBy(message::retain).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(message::close).isInstanceOf(IllegalStateException.class);
    assertThat(transport.ledger().released).isOne();
  }

  @Test
  void copy_outlivesTheTransportsBuffers() throws IOException {
    RawMessage copy;
    try (RawMessage message = RAW.parse(transport)) {
      copy = message.copy();
    }
    assertThat(transport.ledger().released).isOne();
    try (copy;
        InputStream out = RAW.stream(copy)) {
      assertThat(out.readAllBytes()).isEqualTo(CONTENT);
    }
  }

  @Test
  void aStreamThatLendsNothing_isReadIntoMemory() {
    try (RawMessage message = RAW.parse(new ByteArrayInputStream(CONTENT))) {
      assertThat(message.length()).isEqualTo(CONTENT.length);
      assertThat(message).hasToString("RawMessage[7 bytes]");
    }
  }
}
