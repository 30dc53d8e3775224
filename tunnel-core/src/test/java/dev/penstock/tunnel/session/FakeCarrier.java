package dev.penstock.tunnel.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.tunnel.websocket.SentMessage;
import dev.penstock.tunnel.websocket.SentMessages;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A carrier that writes down what is asked of it. */
final class FakeCarrier implements Carrier {
  final List<String> events = new ArrayList<>();
  boolean writable = true;

  /** Run while the carrier closes, as a line that breaks at that moment would. */
  Runnable whileClosing = () -> {};

  private final EmbeddedChannel channel;

  FakeCarrier() {
    this(new EmbeddedChannel());
    channel.freezeTime();
  }

  private FakeCarrier(EmbeddedChannel channel) {
    this.channel = channel;
  }

  /** Another carrier on the same event loop, with a list of its own. */
  FakeCarrier next() {
    return new FakeCarrier(channel);
  }

  /** Runs what is due at once, and after {@code wait}. */
  void pass(Duration wait) {
    channel.advanceTimeBy(wait.toNanos(), TimeUnit.NANOSECONDS);
    channel.runPendingTasks();
  }

  @Override
  public EventLoop eventLoop() {
    return channel.eventLoop();
  }

  @Override
  public SocketAddress remoteAddress() {
    return InetSocketAddress.createUnresolved("peer", 1);
  }

  @Override
  public ByteBuf allocate(int bytes) {
    return Unpooled.buffer(bytes);
  }

  @Override
  public SentMessage send(ByteBuf message) {
    events.add("bytes " + message.readableBytes());
    return SentMessages.plain(message);
  }

  @Override
  public void sendControl(String message) {
    events.add(message);
  }

  @Override
  public void flush() {
    events.add("flush");
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void setReading(boolean reading) {
    events.add("reading " + reading);
  }

  @Override
  public void close(CloseCause cause, String detail) {
    events.add("close " + cause + " " + detail);
    whileClosing.run();
  }

  /** A listener that writes down what it hears, in the same list. */
  final class Listener implements SessionListener {
    @Override
    public void onBytes(ByteBuf bytes) {
      events.add("received " + bytes.toString(UTF_8));
      bytes.release();
    }

    @Override
    public void onReadComplete() {
      events.add("read complete");
    }

    @Override
    public void onWritable() {
      events.add("writable");
    }

    @Override
    public void onClosed(SessionClosed closed) {
      events.add("closed " + closed.cause() + " " + closed.detail());
    }
  }
}
