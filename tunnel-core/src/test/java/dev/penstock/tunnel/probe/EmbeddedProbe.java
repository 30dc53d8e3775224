package dev.penstock.tunnel.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.session.Applicant;
import dev.penstock.tunnel.websocket.RawFrame;
import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The accepting end of a probe on a connection in memory: time passes when a test says so, and the
 * dialer may take nothing of what is sent. It sees to it at the end that no memory is kept.
 */
final class EmbeddedProbe implements AutoCloseable {
  private static final Duration SECOND = Duration.ofSeconds(1);

  final EmbeddedChannel channel = new EmbeddedChannel();
  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
  private final ProbeTable table;
  private final String tunnelId;
  private final List<ByteBuf> given = new ArrayList<>();

  /** How often the dialer still takes what waits for it. */
  private int takes = Integer.MAX_VALUE;

  EmbeddedProbe(ProbeTable table, String tunnelId) throws IOException {
    this.table = table;
    this.tunnelId = tunnelId;
    channel.freezeTime();
    channel.config().setAllocator(memory);
    channel
        .pipeline()
        .addLast(new Valve(), new WebSocket(channel, ProbeProtocol.accepting(), this::listen));
    assertThat(sent()).singleElement().matches(frame -> frame.text().equals("arrived {}"));
  }

  private WebSocketListener listen(WebSocket webSocket) {
    AcceptedProbe probe =
        new AcceptedProbe(webSocket, new Applicant(tunnelId, "hush-" + tunnelId, tunnelId), table);
    assertThat(table.add(probe)).isTrue();
    channel.eventLoop().execute(() -> probe.begin("{}"));
    return probe;
  }

  EmbeddedProbe text(String text) {
    return frame(RawFrame.text(text));
  }

  EmbeddedProbe binary(byte[] payload) {
    return frame(RawFrame.binary(payload));
  }

  EmbeddedProbe frame(RawFrame frame) {
    return bytes(frame.masked().bytes());
  }

  /** As they came in one read from the socket; gives the array away. */
  EmbeddedProbe bytes(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    given.add(in);
    channel.writeInbound(in);
    runTasks();
    return this;
  }

  /** What the dialer has taken since it was asked last. */
  List<RawProbe.Frame> sent() throws IOException {
    runTasks();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ByteBuf out = channel.readOutbound();
    while (out != null) {
      out.readBytes(bytes, out.readableBytes());
      out.release();
      runTasks();
      out = channel.readOutbound();
    }
    List<RawProbe.Frame> frames = new ArrayList<>();
    ByteArrayInputStream left = new ByteArrayInputStream(bytes.toByteArray());
    while (left.available() > 0) {
      frames.add(RawProbe.Frame.read(new DataInputStream(left)));
    }
    return frames;
  }

  /** From now on nothing leaves the machine. */
  EmbeddedProbe takeNothing() {
    takes = 0;
    return this;
  }

  /** All that waits leaves the machine. */
  void takeAll() {
    takes = Integer.MAX_VALUE;
    channel.flush();
    runTasks();
  }

  /** What waits at this moment leaves the machine, and nothing after it. */
  void takeSome() {
    takes = 1;
    channel.flush();
    runTasks();
  }

  /** Second by second, as what is done every few seconds does not catch up. */
  EmbeddedProbe pass(Duration time) {
    Duration left = time;
    while (!left.isZero()) {
      Duration step = left.compareTo(SECOND) < 0 ? left : SECOND;
      channel.advanceTimeBy(step.toNanos(), TimeUnit.NANOSECONDS);
      runTasks();
      left = left.minus(step);
    }
    return this;
  }

  /** Of buffers that were made for this connection and are still there. */
  long memoryBytes() {
    return memory.metric().usedDirectMemory() + memory.metric().usedHeapMemory();
  }

  private void runTasks() {
    channel.runPendingTasks();
    channel.runScheduledPendingTasks();
  }

  /** Hangs up. */
  @Override
  public void close() {
    channel.finishAndReleaseAll();
    assertThat(given).as("buffers that came in").allMatch(buffer -> buffer.refCnt() == 0);
    assertThat(memoryBytes()).as("bytes of memory that are kept").isZero();
  }

  /** A socket whose peer does not read lets nothing through. */
  private final class Valve extends ChannelOutboundHandlerAdapter {
    @Override
    public void flush(ChannelHandlerContext ctx) {
      if (takes > 0) {
        takes--;
        ctx.flush();
      }
    }
  }
}
