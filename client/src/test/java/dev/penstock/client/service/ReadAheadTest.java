package dev.penstock.client.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReadAheadTest {
  private final TransferGauges gauges = new TransferGauges();
  private final ReadAhead readAhead = new ReadAhead(400, 100, gauges);

  @Test
  void grant_neverAsksForMoreThanFits() {
    assertThat(readAhead.grant()).isEqualTo(4);
    assertThat(readAhead.grant()).isZero();
    readAhead.add(List.of(buffer(0, 100)));
    assertThat(readAhead.grant()).isZero();
    assertThat(readAhead.take(60)).hasSize(1);
    assertThat(readAhead.grant()).isZero();
    readAhead.take(40);
    assertThat(readAhead.grant()).isEqualTo(1);
  }

  @Test
  void grant_usesTheRoomThatSmallReadsLeave() {
    readAhead.grant();
    readAhead.add(List.of(buffer(0, 1)));
    readAhead.add(List.of(buffer(0, 1)));
    assertThat(readAhead.grant()).isEqualTo(1);
  }

  @Test
  void grant_isOneReadWhereNotEvenOneFits() {
    ReadAhead tiny = new ReadAhead(10, 100, gauges);
    assertThat(tiny.grant()).isEqualTo(1);
    assertThat(tiny.grant()).isZero();
    tiny.add(List.of(buffer(0, 100)));
    assertThat(tiny.grant()).isZero();
    tiny.take(100);
    assertThat(tiny.grant()).isEqualTo(1);
  }

  @Test
  void take_joinsAndCutsInOrder() {
    readAhead.add(List.of(buffer(0, 3), buffer(3, 0), buffer(3, 4)));
    readAhead.add(List.of(buffer(7, 5)));

    assertThat(bytes(readAhead.take(5))).containsExactly(0, 1, 2, 3, 4);
    assertThat(bytes(readAhead.take(5))).containsExactly(5, 6, 7, 8, 9);
    assertThat(bytes(readAhead.take(5))).containsExactly(10, 11);
    assertThat(readAhead.take(5)).isEmpty();
    assertThat(readAhead.isEmpty()).isTrue();
  }

  @Test
  void gauges_followWhatIsHeld() {
    readAhead.add(List.of(buffer(0, 70)));
    readAhead.add(List.of(buffer(0, 30)));
    readAhead.take(40);
    assertThat(gauges.readAheadBytes()).isEqualTo(60);
    readAhead.clear();
    readAhead.clear();
    assertThat(gauges.readAheadBytes()).isZero();
    assertThat(gauges.readAheadHighWaterBytes()).isEqualTo(100);
    assertThat(gauges.transferHighWaterBytes()).isEqualTo(100);
    assertThat(gauges.readBytes()).isEqualTo(100);
  }

  private static ByteBuffer buffer(int first, int size) {
    ByteBuffer buffer = ByteBuffer.allocate(size);
    for (int i = 0; i < size; i++) {
      buffer.put((byte) (first + i));
    }
    return buffer.flip();
  }

  private static byte[] bytes(List<ByteBuffer> buffers) {
    ByteBuffer all = ByteBuffer.allocate(buffers.stream().mapToInt(ByteBuffer::remaining).sum());
    buffers.forEach(all::put);
    return all.array();
  }
}
