package dev.penstock.registry.stream;

import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The encoded bytes of one gRPC message, unparsed, in the buffers in which the transport left them.
 *
 * <p>A message is born with one reference. {@link #retain()} adds one, {@link #close()} gives one
 * back, and the last one returns the buffers to the transport; a close too many throws. gRPC holds
 * a reference of its own from the moment it asks for the message's stream until it has written it,
 * so the owner may close at once after {@code sendMessage}.
 *
 * <p>Reading moves no position: any number of threads may read at once, each under a reference.
 */
public final class RawMessage implements AutoCloseable {
  private static final Marshaller<RawMessage> MARSHALLER =
      new Marshaller<>() {
        @Override
        public InputStream stream(RawMessage message) {
          return message.openStream();
        }

        @Override
        public RawMessage parse(InputStream stream) {
          return detach(stream);
        }
      };

  private final List<ByteBuffer> buffers;
  private final int length;
  private final @Nullable InputStream source;
  private final AtomicInteger references = new AtomicInteger(1);

  private RawMessage(List<ByteBuffer> buffers, @Nullable InputStream source) {
    this.buffers = List.copyOf(buffers);
    this.length = this.buffers.stream().mapToInt(ByteBuffer::remaining).reduce(0, Math::addExact);
    this.source = source;
  }

  /** A marshaller that passes messages through as they are, for any method of any service. */
  public static Marshaller<RawMessage> marshaller() {
    return MARSHALLER;
  }

  /** A message of these bytes; whoever owns the buffers leaves them alone until it is closed. */
  public static RawMessage of(List<ByteBuffer> buffers) {
    return new RawMessage(buffers, null);
  }

  /**
   * Takes over the buffers of a message that arrives.
   *
   * <p>A compressed message, or one whose buffers the transport does not lend, is read into memory
   * instead; gRPC has bounded its size by then. The Netty transport does not lend a buffer that is
   * composed of several, as it is when a DATA frame came in two reads of the socket: about one
   * message in seven.
   */
  static RawMessage detach(InputStream stream) {
    try {
      if (stream instanceof Detachable detachable
          && stream instanceof HasByteBuffer lender
          && lender.byteBufferSupported()
          && stream.markSupported()) {
        return ofDetached(detachable.detach());
      }
      return of(List.of(ByteBuffer.wrap(read(stream))));
    } catch (IOException e) {
      throw MalformedMessage.unreadable(e);
    }
  }

  /** With the length known, in one copy; {@code readAllBytes} alone would make three. */
  private static byte[] read(InputStream stream) throws IOException {
    if (!(stream instanceof KnownLength)) {
      return stream.readAllBytes();
    }
    byte[] bytes = new byte[stream.available()];
    if (stream.readNBytes(bytes, 0, bytes.length) != bytes.length) {
      throw new IOException("a message ended before its known length");
    }
    return bytes;
  }

  private static RawMessage ofDetached(InputStream detached) throws IOException {
    try {
      return new RawMessage(lentBuffers(detached, (HasByteBuffer) detached), detached);
    } catch (IOException | RuntimeException e) {
      detached.close();
      throw e;
    }
  }

  private static List<ByteBuffer> lentBuffers(InputStream detached, HasByteBuffer lender)
      throws IOException {
    // Without the mark, the walk would give each buffer back as soon as it is passed.
    detached.mark(Integer.MAX_VALUE);
    List<ByteBuffer> buffers = new ArrayList<>();
    while (detached.available() > 0) {
      ByteBuffer next = lender.getByteBuffer();
      if (next == null || !next.hasRemaining()) {
        throw new IOException("no bytes lent although " + detached.available() + " are left");
      }
      buffers.add(next);
      detached.skipNBytes(next.remaining());
    }
    return buffers;
  }

  /** Number of bytes. */
  public int length() {
    return length;
  }

  /** Passes each run of bytes, in order, in a read-only view that is valid until the close. */
  public void forEachBuffer(Consumer<? super ByteBuffer> consumer) {
    forEachBufferFrom(0, consumer);
  }

  void forEachBufferFrom(int offset, Consumer<? super ByteBuffer> consumer) {
    int skip = offset;
    for (ByteBuffer buffer : buffers) {
      int size = buffer.remaining();
      if (skip < size) {
        ByteBuffer view = buffer.asReadOnlyBuffer();
        consumer.accept(view.position(view.position() + skip));
      }
      skip = Math.max(0, skip - size);
    }
  }

  /** Adds a reference, to be given back by a {@link #close()} of its own. */
  public RawMessage retain() {
    references.updateAndGet(RawMessage::oneMore);
    return this;
  }

  private static int oneMore(int count) {
    if (count < 1) {
      throw new IllegalStateException("message retained after its last close");
    }
    return count + 1;
  }

  /** A copy on the heap, which holds nothing of the transport's. */
  public RawMessage copy() {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    forEachBuffer(bytes::put);
    return of(List.of(bytes.flip()));
  }

  /** A stream of the bytes that holds a reference until it is closed. */
  InputStream openStream() {
    return new BufferStream(buffers, length, retain());
  }

  /** Gives one reference back. */
  @Override
  public void close() {
    int left = references.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("message closed more often than it was retained");
    }
    if (left == 0 && source != null) {
      try {
        source.close();
      } catch (IOException e) {
        throw new IllegalStateException("cannot release a message's buffers", e);
      }
    }
  }

  /** States the size only: the content may be a customer's. */
  @Override
  public String toString() {
    return "RawMessage[" + length + " bytes]";
  }
}
