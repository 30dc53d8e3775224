package dev.penstock.client.registry;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.util.concurrent.Flow;

/**
 * An opened blob: what is known of it, and its bytes on demand. It holds a connection until its one
 * subscriber has seen the end or cancelled, or until {@link #cancel}.
 *
 * <p>onComplete means that exactly {@link #length} bytes were delivered; every failure is a {@link
 * RegistryException}. Whether the bytes match the digest is not checked here.
 */
public final class BlobContent implements Flow.Publisher<ByteBuf> {
  private final BlobStat stat;
  private final long offset;
  private final long length;
  private final Flow.Publisher<ByteBuf> body;
  private final Runnable cancelling;

  BlobContent(BlobStat stat, long offset, long length, ExactBody body) {
    this(stat, offset, length, body, body::cancel);
  }

  private BlobContent(
      BlobStat stat, long offset, long length, Flow.Publisher<ByteBuf> body, Runnable cancelling) {
    this.stat = stat;
    this.offset = offset;
    this.length = length;
    this.body = body;
    this.cancelling = cancelling;
  }

  /** The same blob and range, with bytes that outlive connections. */
  BlobContent over(ResumingBody resuming) {
    return new BlobContent(stat, offset, length, resuming, resuming::cancel);
  }

  /** Size and media type of the whole blob. */
  public BlobStat stat() {
    return stat;
  }

  /** First byte that follows. */
  public long offset() {
    return offset;
  }

  /** Bytes that follow. */
  public long length() {
    return length;
  }

  /** The subscriber owns the buffers it gets, and releases them. */
  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuf> subscriber) {
    body.subscribe(subscriber);
  }

  /** Gives the connection up, when nobody has subscribed. */
  public void cancel() {
    cancelling.run();
  }
}
