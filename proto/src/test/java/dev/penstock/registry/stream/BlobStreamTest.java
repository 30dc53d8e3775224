package dev.penstock.registry.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.penstock.registry.v1.BlobHeader;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlobStreamTest {
  private static final Marshaller<BlobMessage> FAST = BlobStream.method().getResponseMarshaller();
  private static final Marshaller<FetchBlobResponse> GENERATED =
      RegistryGrpc.getFetchBlobMethod().getResponseMarshaller();

  static IntStream lengths() {
    return IntStream.concat(
        IntStream.rangeClosed(0, 130),
        IntStream.of(16_382, 16_383, 16_384, 16_385, 65_536, 1 << 20));
  }

  @Test
  void method_hasTheGeneratedName_typeAndSchema() {
    var generated = RegistryGrpc.getFetchBlobMethod();
    assertThat(BlobStream.method().getFullMethodName()).isEqualTo(generated.getFullMethodName());
    assertThat(BlobStream.method().getType()).isEqualTo(generated.getType());
    assertThat(BlobStream.method().getSchemaDescriptor()).isSameAs(generated.getSchemaDescriptor());
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void data_isReadByTheGeneratedClass(int length) throws IOException {
    byte[] content = content(length);
    for (List<ByteBuffer> parts : cuts(content)) {
      FetchBlobResponse read = GENERATED.parse(encoded(BlobMessage.data(parts)));
      assertThat(read.getPartCase()).isEqualTo(FetchBlobResponse.PartCase.DATA);
      assertThat(read.getData().toByteArray()).isEqualTo(content);
      assertThat(read.getUnknownFields().asMap()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void data_ofTheGeneratedClass_isRead(int length) {
    byte[] content = content(length);
    byte[] encoded =
        FetchBlobResponse.newBuilder().setData(ByteString.copyFrom(content)).build().toByteArray();
    for (List<ByteBuffer> parts : cuts(encoded)) {
      LendingStream stream = new LendingStream(parts);
      BlobMessage read = FAST.parse(stream);
      assertThat(read.isHeader()).isFalse();
      assertThat(read.dataBytes()).isEqualTo(length);
      assertThat(bytes(read)).isEqualTo(content);
      assertThat(bytes(read)).as("read a second time").isEqualTo(content);
      assertThat(stream.ledger().released).isZero();
      read.close();
      assertThat(stream.ledger().released).isOne();
    }
  }

  @Test
  void header_passesBothWays() throws IOException {
    BlobHeader header =
        BlobHeader.newBuilder()
            .setSize(1L << 40)
            .setMediaType("application/vnd.oci.image.layer.v1.tar+gzip")
            .setOffset(7)
            .setLength((1L << 40) - 7)
            .build();
    assertThat(GENERATED.parse(encoded(BlobMessage.header(header))).getHeader()).isEqualTo(header);

    byte[] encoded = FetchBlobResponse.newBuilder().setHeader(header).build().toByteArray();
    LendingStream stream = new LendingStream(List.of(ByteBuffer.wrap(encoded)));
    try (BlobMessage read = FAST.parse(stream)) {
      assertThat(read.isHeader()).isTrue();
      assertThat(read.header()).isEqualTo(header);
      assertThat(read.dataBytes()).isZero();
      assertThat(bytes(read)).isEmpty();
    }
    assertThat(stream.ledger().released).isOne();
  }

  @Test
  void header_ofDefaults_isStillAHeader() throws IOException {
    BlobHeader empty = BlobHeader.getDefaultInstance();
    assertThat(GENERATED.parse(encoded(BlobMessage.header(empty))).hasHeader()).isTrue();
    try (BlobMessage read = FAST.parse(encoded(BlobMessage.header(empty)))) {
      assertThat(read.header()).isEqualTo(empty);
    }
  }

  @Test
  void header_ofADataMessage_isRefused() {
    BlobMessage data = BlobMessage.data(List.of());
    assertThatThrownBy(data::header).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void unknownFields_beforeAndAfterTheData_areSkipped() {
    byte[] content = content(300);
    FetchBlobResponse response =
        FetchBlobResponse.newBuilder()
            .setData(ByteString.copyFrom(content))
            .setUnknownFields(unknown())
            .build();
    byte[] after = response.toByteArray();
    byte[] before = unknown().toByteString().concat(dataOnly(content)).toByteArray();
    for (byte[] encoded : List.of(after, before)) {
      LendingStream stream = new LendingStream(List.of(ByteBuffer.wrap(encoded)));
      try (BlobMessage read = FAST.parse(stream)) {
        assertThat(bytes(read)).isEqualTo(content);
      }
      assertThat(stream.ledger().released).isOne();
    }
  }

  @Test
  void message_withNeitherPart_readsAsNoData() {
    for (byte[] encoded : List.of(new byte[0], unknown().toByteArray())) {
      try (BlobMessage read = FAST.parse(new ByteArrayInputStream(encoded))) {
        assertThat(read.isHeader()).isFalse();
        assertThat(read.dataBytes()).isZero();
      }
    }
  }

  @Test
  void lengthPrefix_longerThanNeeded_isReadAsProtobufDoes() {
    // 3 as a varint of three bytes: legal, if odd.
    byte[] encoded = {0x12, (byte) 0x83, (byte) 0x80, 0x00, 'a', 'b', 'c'};
    try (BlobMessage read = FAST.parse(new ByteArrayInputStream(encoded))) {
      assertThat(bytes(read)).isEqualTo(new byte[] {'a', 'b', 'c'});
    }
  }

  static List<byte[]> malformed() {
    return List.of(
        new byte[] {0x12},
        new byte[] {0x12, 5, 'a'},
        new byte[] {0x12, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f},
        new byte[] {0x12, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 'a'},
        new byte[] {0x0a, 3, 0x08},
        new byte[] {0x00, 0x00},
        new byte[] {(byte) 0xff});
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void malformedBytes_areInternal_andReleased(byte[] encoded) {
    LendingStream stream = new LendingStream(List.of(ByteBuffer.wrap(encoded)));
    assertThatThrownBy(() -> FAST.parse(stream))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL))
        .hasMessageContaining("not a FetchBlobResponse");
    assertThat(stream.ledger().released).isOne();
  }

  @Test
  void randomBytes_areReadAsTheGeneratedClassReadsThem() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] encoded = new byte[random.nextInt(12)];
      random.nextBytes(encoded);
      if (encoded.length > 1 && random.nextBoolean()) {
        encoded[0] = 0x12;
        encoded[1] = (byte) random.nextInt(12);
      }
      assertThat(fast(encoded)).as("seed %d round %d", seed, round).isEqualTo(slow(encoded));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sending_copiesAnArrayOnce_andOtherBuffersInSmallPieces(boolean direct) throws IOException {
    byte[] content = content(100_000);
    ByteBuffer buffer = direct ? direct(content) : ByteBuffer.wrap(content);
    var writes = new ArrayList<Integer>();
    var sameArray = new ArrayList<Boolean>();
    try (InputStream stream = FAST.stream(BlobMessage.data(List.of(buffer)))) {
      assertThat(stream).isInstanceOf(KnownLength.class);
      ((Drainable) stream)
          .drainTo(
              new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                  throw new IOException("byte by byte");
                }

                @Override
                public void write(byte[] b, int off, int len) {
                  writes.add(len);
                  sameArray.add(b == content);
                }
              });
      assertThat(stream.available()).isZero();
    }
    if (direct) {
      assertThat(writes).hasSizeGreaterThan(2).allMatch(size -> size <= 16 << 10);
    } else {
      assertThat(writes).containsExactly(4, content.length);
      assertThat(sameArray).containsExactly(false, true);
    }
    assertThat(buffer.remaining()).as("the buffer's position stays").isEqualTo(content.length);
  }

  @Test
  void stream_canBeReadInOddSteps() throws IOException {
    byte[] content = content(1000);
    List<ByteBuffer> parts =
        List.of(
            ByteBuffer.allocate(0),
            ByteBuffer.wrap(content, 0, 333),
            ByteBuffer.allocate(0),
            direct(content).position(333),
            ByteBuffer.allocate(0));
    try (InputStream stream = FAST.stream(BlobMessage.data(parts))) {
      var out = new ByteArrayOutputStream();
      out.write(stream.read());
      out.write(stream.readNBytes(7));
      stream.transferTo(out);
      assertThat(stream.read()).isEqualTo(-1);
      assertThat(FetchBlobResponse.parseFrom(out.toByteArray()).getData().toByteArray())
          .isEqualTo(content);
    }
  }

  @Test
  void toString_showsNoContent() {
    assertThat(BlobMessage.data(List.of(ByteBuffer.wrap(new byte[] {'s'}))))
        .hasToString("BlobMessage[1 data bytes]");
  }

  private static Object fast(byte[] encoded) {
    try (BlobMessage read = FAST.parse(new ByteArrayInputStream(encoded))) {
      return read.isHeader() ? read.header() : ByteString.copyFrom(bytes(read));
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private static Object slow(byte[] encoded) {
    try {
      FetchBlobResponse read = GENERATED.parse(new ByteArrayInputStream(encoded));
      return read.hasHeader() ? read.getHeader() : read.getData();
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  /** The same bytes in several shapes: whole, cut early, with empty buffers, direct. */
  private static List<List<ByteBuffer>> cuts(byte[] content) {
    int first = Math.min(1, content.length);
    int third = content.length / 3;
    return List.of(
        content.length == 0 ? List.of() : List.of(ByteBuffer.wrap(content)),
        cut(ByteBuffer.wrap(content), first),
        cut(ByteBuffer.wrap(content), third),
        cut(direct(content), third),
        cut(ByteBuffer.wrap(content).asReadOnlyBuffer(), third));
  }

  private static List<ByteBuffer> cut(ByteBuffer whole, int at) {
    List<ByteBuffer> parts = new ArrayList<>();
    parts.add(whole.duplicate().limit(at));
    parts.add(whole.duplicate().position(at).slice());
    parts.removeIf(part -> !part.hasRemaining());
    return parts;
  }

  private static byte[] bytes(BlobMessage message) {
    ByteBuffer all = ByteBuffer.allocate(message.dataBytes());
    message.forEachBuffer(all::put);
    assertThat(all.hasRemaining()).isFalse();
    return all.array();
  }

  private static InputStream encoded(BlobMessage message) throws IOException {
    try (InputStream stream = FAST.stream(message)) {
      var out = new ByteArrayOutputStream();
      int announced = stream.available();
      assertThat(((Drainable) stream).drainTo(out)).isEqualTo(announced);
      return new ByteArrayInputStream(out.toByteArray());
    }
  }

  private static ByteString dataOnly(byte[] content) {
    return FetchBlobResponse.newBuilder()
        .setData(ByteString.copyFrom(content))
        .build()
        .toByteString();
  }

  private static UnknownFieldSet unknown() {
    return UnknownFieldSet.newBuilder()
        .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(42).build())
        .build();
  }

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }

  private static ByteBuffer direct(byte[] content) {
    return ByteBuffer.allocateDirect(content.length).put(content).flip();
  }
}
