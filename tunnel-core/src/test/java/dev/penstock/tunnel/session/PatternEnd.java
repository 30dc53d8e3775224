package dev.penstock.tunnel.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Who stands above a session in the property test: sends a stream whose octets tell their position,
 * and expects one from the other end.
 */
final class PatternEnd implements SessionListener {
  private static final int PERIOD = 251; // a prime, so that a shift by a power of two shows

  private final Random random;
  private final byte[] pattern;
  private @Nullable Session session;
  private long produced;
  private long toSend;
  long received;
  long unconsumed;
  int drains;
  @Nullable SessionClosed closed;

  PatternEnd(Random random, byte[] pattern) {
    this.random = random;
    this.pattern = pattern;
  }

  /** Octets for a message of any size that begins at any position. */
  static byte[] pattern(int bytes) {
    byte[] pattern = new byte[bytes + PERIOD];
    for (int i = 0; i < pattern.length; i++) {
      pattern[i] = (byte) (i % PERIOD);
    }
    return pattern;
  }

  void use(Session used) {
    session = used;
    used.listen(this);
    used.observe(new Drains());
  }

  Session session() {
    if (session == null) {
      throw new AssertionError("has no session");
    }
    return session;
  }

  void wantToSend(long bytes) {
    toSend += bytes;
    sendWhatMay();
  }

  long produced() {
    return produced;
  }

  boolean isAllSent() {
    return toSend == 0;
  }

  private void sendWhatMay() {
    Session to = session();
    while (toSend > 0 && to.isWritable()) {
      int most = (int) Math.min(toSend, to.sendableBytes());
      int size = random.nextInt(4) == 0 ? most : 1 + random.nextInt(most);
      to.send(to.allocate(size).writeBytes(pattern, (int) (produced % PERIOD), size));
      produced += size;
      toSend -= size;
    }
    to.flush();
  }

  void consumeSome() {
    if (unconsumed > 0) {
      int some = (int) Math.min(unconsumed, 1 + random.nextInt(400_000));
      unconsumed -= some;
      session().consumed(some);
    }
  }

  @Override
  public void onBytes(ByteBuf bytes) {
    assertThat(closed).as("bytes after the end").isNull();
    int length = bytes.readableBytes();
    int start = (int) (received % PERIOD);
    boolean same = true;
    for (int i = 0; i < length; i += i < 4 || i > length - 8 ? 1 : 97) {
      same &= bytes.getByte(bytes.readerIndex() + i) == pattern[start + i];
    }
    bytes.release();
    assertThat(same).as("the bytes at %s are those that were sent", received).isTrue();
    received += length;
    unconsumed += length;
  }

  @Override
  public void onReadComplete() {
    // Consumption has a schedule of its own.
  }

  @Override
  public void onWritable() {
    sendWhatMay();
  }

  @Override
  public void onClosed(SessionClosed why) {
    assertThat(closed).as("closed twice").isNull();
    closed = why;
  }

  private final class Drains implements SessionObserver {
    @Override
    public void onSuspended(SessionClosed why) {
      // The schedule finds the next carrier.
    }

    @Override
    public void onResumed() {
      // Nothing to do.
    }

    @Override
    public void onDrain(String reason) {
      drains++;
    }
  }
}
