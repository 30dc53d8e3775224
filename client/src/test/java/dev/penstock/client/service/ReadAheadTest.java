package dev.penstock.client.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReadAheadTest {
  private final TransferGauges gauges = new TransferGauges();
  private final ReadAhead readAhead = new ReadAhead(400, 100, gauges);

  @Test
  void grant_neverAsksForMoreThanFits() {
    assertThat(grants(readAhead)).isEqualTo(4);
    assertThat(grants(readAhead)).isZero();
    readAhead.add(buffer(0, 100));
    assertThat(grants(readAhead)).isZero();
    assertThat(readAhead.take(60)).hasSize(1);
    assertThat(grants(readAhead)).isZero();
    readAhead.take(40);
    assertThat(grants(readAhead)).isEqualTo(1);
  }

  @Test
  void grant_usesTheRoomThatSmallReadsLeave() {
    grants(readAhead);
    readAhead.add(buffer(0, 1));
    readAhead.add(buffer(0, 1));
    assertThat(grants(readAhead)).isEqualTo(1);
  }

  @Test
  void grant_isOneReadWhereNotEvenOneFits() {
    ReadAhead tiny = new ReadAhead(10, 100, gauges);
    assertThat(grants(tiny)).isEqualTo(1);
    assertThat(grants(tiny)).isZero();
    tiny.add(buffer(0, 100));
    assertThat(grants(tiny)).isZero();
    tiny.take(100);
    assertThat(grants(tiny)).isEqualTo(1);
  }

  @Test
  void take_joinsAndCutsInOrder() {
    readAhead.add(buffer(0, 3));
    readAhead.add(buffer(3, 0));
    readAhead.add(buffer(3, 4));
    readAhead.add(buffer(7, 5));

    assertThat(bytes(readAhead.take(5))).containsExactly(0, 1, 2, 3, 4);
    assertThat(bytes(readAhead.take(5))).containsExactly(5, 6, 7, 8, 9);
    assertThat(bytes(readAhead.take(5))).containsExactly(10, 11);
    assertThat(readAhead.take(5)).isEmpty();
    assertThat(readAhead.isEmpty()).isTrue();
  }

  @Test
  void gauges_followWhatIsHeld() {
    readAhead.add(buffer(0, 70));
    readAhead.add(buffer(0, 30));
    readAhead.take(40);
    assertThat(gauges.readAheadBytes()).isEqualTo(60);
    readAhead.clear();
    readAhead.clear();
    assertThat(gauges.readAheadBytes()).isZero();
    assertThat(gauges.readAheadHighWaterBytes()).isEqualTo(100);
    assertThat(gauges.transferHighWaterBytes()).isEqualTo(100);
    assertThat(gauges.readBytes()).isEqualTo(100);
  }

  @Test
  void manySmallReads_costWhatTheirBuffersDo() {
    ReadAhead large = new ReadAhead(4 * 128 * 1024, 128 * 1024, gauges);
    int reads = 0;
    for (int granted = grants(large); granted > 0; granted = grants(large)) {
      for (int i = 0; i < granted; i++) {
        large.add(buffer(0, 1));
        reads++;
      }
    }
    assertThat(reads).isBetween(100, 512);
    large.clear();
  }

  @Test
  void clear_releasesWhatIsHeld() {
    ByteBuf held = buffer(0, 10);
    readAhead.add(held);
    List<ByteBuf> taken = readAhead.take(5);
    readAhead.clear();
    assertThat(held.refCnt()).isEqualTo(1);
    taken.forEach(ByteBuf::release);
    assertThat(held.refCnt()).isZero();
  }

  private static int grants(ReadAhead readAhead) {
    int reads = 0;
    for (; readAhead.hasRoom(); reads++) {
      readAhead.grant();
    }
    return reads;
  }

  private static ByteBuf buffer(int first, int size) {
    ByteBuf buffer = Unpooled.buffer(Math.max(1, size));
    for (int i = 0; i < size; i++) {
      buffer.writeByte(first + i);
    }
    return buffer;
  }

  private static byte[] bytes(List<ByteBuf> buffers) {
    return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(buffers.toArray(new ByteBuf[0])));
  }
}
