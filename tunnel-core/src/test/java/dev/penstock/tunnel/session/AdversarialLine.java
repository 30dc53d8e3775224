package dev.penstock.tunnel.session;

import dev.penstock.tunnel.websocket.SentMessage;
import dev.penstock.tunnel.websocket.SentMessages;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One carrier, with both of its ends: delivers in order, as much and as late as the schedule says,
 * until it is cut; then what was under way is lost and each end learns of it when the schedule
 * says.
 */
final class AdversarialLine {
  private static final int FULL_BYTES = 512 * 1024;

  private final Random random;
  private final List<ByteBuf> allocated;
  final End dialer;
  final End acceptor;
  private boolean cut;

  AdversarialLine(EventLoop loop, Random random, List<ByteBuf> allocated) {
    this.random = random;
    this.allocated = allocated;
    dialer = new End(loop);
    acceptor = new End(loop);
    dialer.peer = acceptor;
    acceptor.peer = dialer;
  }

  /** Loses what is under way; the ends do not know it yet. */
  void cut() {
    cut = true;
    dialer.dropUnderWay();
    acceptor.dropUnderWay();
  }

  boolean isCut() {
    return cut;
  }

  /** What one end has sent and the other not received: bytes, a control message, or the end. */
  private sealed interface Item {
    record Bytes(ByteBuf bytes) implements Item {}

    record Control(String text) implements Item {}

    record Close(CloseCause cause, String detail) implements Item {}
  }

  /** One end. */
  final class End implements Carrier {
    private final EventLoop loop;
    private final Deque<Item> underWay = new ArrayDeque<>();
    private @Nullable End peer;
    private @Nullable Session session;
    private boolean reading = true;
    private boolean closed;
    private boolean ended;
    private int underWayBytes;
    private boolean writable = true;

    private End(EventLoop loop) {
      this.loop = loop;
    }

    void carry(Session carried) {
      session = carried;
    }

    private Session session() {
      if (session == null) {
        throw new AssertionError("carries nothing");
      }
      return session;
    }

    private End peer() {
      if (peer == null) {
        throw new AssertionError("has no other end");
      }
      return peer;
    }

    @Override
    public EventLoop eventLoop() {
      return loop;
    }

    @Override
    public SocketAddress remoteAddress() {
      return InetSocketAddress.createUnresolved("peer", 1);
    }

    @Override
    public ByteBuf allocate(int bytes) {
      ByteBuf buffer = Unpooled.buffer(bytes);
      allocated.add(buffer);
      return buffer;
    }

    @Override
    public SentMessage send(ByteBuf message) {
      // What travels is a copy, as on a wire: the sender's buffer may be sent again.
      enqueue(new Item.Bytes(Unpooled.copiedBuffer(message)), message.readableBytes());
      return SentMessages.plain(message);
    }

    @Override
    public void sendControl(String message) {
      enqueue(new Item.Control(message), 0);
    }

    private void enqueue(Item item, int bytes) {
      if (!cut && !closed) {
        underWay.add(item);
        underWayBytes += bytes;
        writable &= underWayBytes < FULL_BYTES;
      }
    }

    @Override
    public void flush() {
      // Everything is on its way already.
    }

    @Override
    public boolean isWritable() {
      return writable;
    }

    @Override
    public void setReading(boolean newReading) {
      reading = newReading;
    }

    @Override
    public void close(CloseCause cause, String detail) {
      enqueue(new Item.Close(cause, detail), 0);
      closed = true;
      ended = true; // a session that closes its carrier does not listen to it any more
    }

    /** Delivers some of what the other end has sent. */
    void receiveSome() {
      if (session == null) {
        return; // what follows the 101 is read after it
      }
      int items = 1 + random.nextInt(4);
      while (items-- > 0 && !ended && reading && !peer().underWay.isEmpty()) {
        receive(peer().underWay.remove());
      }
      if (!ended) {
        session().onCarrierReadComplete(this);
      }
      peer().madeRoom();
    }

    /** Hears that the line was cut. */
    void noticeCut() {
      if (cut && !ended && session != null) {
        ended = true;
        session().onCarrierClosed(this, new SessionClosed(CloseCause.CONNECTION_LOST, "cut"));
      }
    }

    boolean hasSomethingToReceive() {
      return !ended && reading && !peer().underWay.isEmpty();
    }

    private void receive(Item item) {
      if (item instanceof Item.Bytes bytes) {
        peer().underWayBytes -= bytes.bytes().readableBytes();
        deliverInPieces(bytes.bytes());
      } else if (item instanceof Item.Control control) {
        session().onCarrierControl(this, control.text());
      } else if (item instanceof Item.Close close) {
        ended = true;
        session().onCarrierClosed(this, new SessionClosed(close.cause(), close.detail()));
      }
    }

    private void deliverInPieces(ByteBuf bytes) {
      int first = random.nextInt(bytes.readableBytes() + 1);
      for (int length : new int[] {first, bytes.readableBytes() - first}) {
        if (length > 0) {
          ByteBuf piece = Unpooled.copiedBuffer(bytes.readSlice(length));
          allocated.add(piece);
          session().onCarrierBytes(this, piece);
        }
      }
      bytes.release();
    }

    private void madeRoom() {
      if (!writable && underWayBytes < FULL_BYTES / 2) {
        writable = true;
        if (!ended) {
          session().onCarrierWritabilityChanged(this);
        }
      }
    }

    private void dropUnderWay() {
      for (Item item : underWay) {
        if (item instanceof Item.Bytes bytes) {
          bytes.bytes().release();
        }
      }
      underWay.clear();
      underWayBytes = 0;
    }
  }
}
