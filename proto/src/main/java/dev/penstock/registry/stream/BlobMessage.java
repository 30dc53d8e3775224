package dev.penstock.registry.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.penstock.registry.v1.BlobHeader;
import dev.penstock.registry.v1.FetchBlobResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One message of a blob's stream: the header, or a run of the blob's bytes.
 *
 * <p>Ownership: a message that was received holds the transport's buffers until {@link #close()},
 * which its receiver owes exactly once. A message that was made for sending borrows the buffers it
 * was made of until gRPC has written it; closing it is allowed and does nothing to them.
 *
 * <p>A message with neither part, such as a later version may send, reads as data of no bytes.
 */
public final class BlobMessage implements AutoCloseable {
  private static final int DATA_TAG =
      FetchBlobResponse.DATA_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

  /** A tag of one byte and a length of at most five. */
  private static final int MAX_PREFIX_BYTES = 6;

  private final RawMessage raw;
  private final int prefixBytes;
  private final @Nullable BlobHeader header;

  private BlobMessage(RawMessage raw, int prefixBytes, @Nullable BlobHeader header) {
    this.raw = raw;
    this.prefixBytes = prefixBytes;
    this.header = header;
  }

  /** The message that opens a stream. */
  public static BlobMessage header(BlobHeader header) {
    byte[] encoded = FetchBlobResponse.newBuilder().setHeader(header).build().toByteArray();
    return new BlobMessage(
        RawMessage.of(List.of(ByteBuffer.wrap(encoded))), encoded.length, header);
  }

  /**
   * A message with these bytes, from each buffer's position to its limit.
   *
   * <p>The buffers must keep their content until gRPC has written the message; with the Netty
   * transport that is when {@code sendMessage} returns. Those with an accessible array cost one
   * copy, into gRPC's frame; direct and read-only ones a second, small one.
   */
  public static BlobMessage data(List<ByteBuffer> buffers) {
    int size = buffers.stream().mapToInt(ByteBuffer::remaining).reduce(0, Math::addExact);
    ByteBuffer prefix = dataPrefix(size);
    int prefixBytes = prefix.remaining();
    List<ByteBuffer> parts = new ArrayList<>(buffers.size() + 1);
    parts.add(prefix);
    parts.addAll(buffers);
    return new BlobMessage(RawMessage.of(parts), prefixBytes, null);
  }

  /**
   * Reads an encoded message, and takes over the caller's reference to it.
   *
   * @throws io.grpc.StatusRuntimeException INTERNAL when the bytes are no {@code
   *     FetchBlobResponse}; the reference has been given back then
   */
  public static BlobMessage of(RawMessage raw) {
    int prefixBytes = dataPrefixBytes(raw);
    if (prefixBytes > 0) {
      return new BlobMessage(raw, prefixBytes, null);
    }
    try (raw) {
      return of(parse(raw));
    }
  }

  private static BlobMessage of(FetchBlobResponse response) {
    if (response.hasHeader()) {
      return header(response.getHeader());
    }
    ByteString data = response.getData();
    return data(data.asReadOnlyByteBufferList());
  }

  private static FetchBlobResponse parse(RawMessage raw) {
    try (InputStream stream = raw.openStream()) {
      return FetchBlobResponse.parseFrom(stream);
    } catch (IOException e) {
      throw MalformedMessage.notProtobuf(e);
    }
  }

  private static ByteBuffer dataPrefix(int size) {
    byte[] prefix = new byte[MAX_PREFIX_BYTES];
    CodedOutputStream out = CodedOutputStream.newInstance(prefix);
    try {
      out.writeUInt32NoTag(DATA_TAG);
      out.writeUInt32NoTag(size);
    } catch (IOException e) {
      throw new AssertionError("six bytes hold any tag and length", e);
    }
    return ByteBuffer.wrap(prefix, 0, out.getTotalBytesWritten()).slice();
  }

  /**
   * Bytes of tag and length when the message is one data field and nothing else, else 0.
   *
   * <p>Any other shape, legal or not, is left to protobuf's own parser.
   */
  private static int dataPrefixBytes(RawMessage raw) {
    byte[] head = head(raw);
    CodedInputStream in = CodedInputStream.newInstance(head);
    try {
      if (in.readTag() == DATA_TAG
          && in.readRawVarint32() == raw.length() - in.getTotalBytesRead()) {
        return in.getTotalBytesRead();
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }

  private static byte[] head(RawMessage raw) {
    ByteBuffer head = ByteBuffer.allocate(Math.min(MAX_PREFIX_BYTES, raw.length()));
    raw.forEachBuffer(part -> head.put(part.limit(partEnd(part, head.remaining()))));
    return head.array();
  }

  private static int partEnd(ByteBuffer part, int wanted) {
    return part.position() + Math.min(part.remaining(), wanted);
  }

  /** Whether this is the header and not data. */
  public boolean isHeader() {
    return header != null;
  }

  /**
   * The header.
   *
   * @throws IllegalStateException when this is data
   */
  public BlobHeader header() {
    if (header == null) {
      throw new IllegalStateException("a data message has no header; ask isHeader() first");
    }
    return header;
  }

  /** Number of the blob's bytes in this message; 0 for a header. */
  public int dataBytes() {
    return raw.length() - prefixBytes;
  }

  /** Passes each run of the blob's bytes, in order, read-only and valid until the close. */
  public void forEachBuffer(Consumer<? super ByteBuffer> consumer) {
    raw.forEachBufferFrom(prefixBytes, consumer);
  }

  /** The encoded message, on the reference that this one holds. */
  RawMessage raw() {
    return raw;
  }

  /** Gives the transport's buffers back, if there are any. */
  @Override
  public void close() {
    raw.close();
  }

  /** States the kind and size only: the content is a customer's. */
  @Override
  public String toString() {
    return header != null ? "BlobMessage[header]" : "BlobMessage[" + dataBytes() + " data bytes]";
  }
}
