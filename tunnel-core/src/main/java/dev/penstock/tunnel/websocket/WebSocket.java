package dev.penstock.tunnel.websocket;

import dev.penstock.tunnel.connection.ForeignText;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundBuffer;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open WebSocket: the last handler of an upgraded connection's pipeline.
 *
 * <p>Sends binary and text messages, each as one frame; answers pings; performs the closing
 * handshake (RFC 6455 §7); gives up a dead line ({@link Heartbeat}).
 *
 * <p><b>A slow peer</b> shows as {@link #isWritable()} turning false; sending on regardless is
 * allowed and queues. What the peer itself can make us send does not queue: while the socket is
 * full only the last of its pings waits for an answer (RFC 6455 §5.5.3). A slow reader calls {@link
 * #setReading}{@code (false)}, and TCP slows the peer.
 *
 * <p><b>Closing.</b> {@link #close} sends a close frame and waits for the peer's, at most {@link
 * #CLOSE_TIMEOUT}; a close frame from the peer is answered; a broken peer is told the code and cut
 * off ({@link LingeringClose}). Whatever happens, {@link WebSocketListener#onClosed} is called
 * once.
 *
 * <p><b>Threads.</b> Event loop only, but for {@link #eventLoop()}, {@link #remoteAddress()} and
 * {@link #ping()}.
 */
public final class WebSocket extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(WebSocket.class);

  /** How long the peer has to answer our close frame. */
  static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Channel channel;
  private final FrameDecoder decoder;
  private final FrameEncoder encoder;
  private final Heartbeat heartbeat;
  private final WebSocketListener listener;

  /** The ping that waits for the socket to take a pong. */
  private byte @Nullable [] pingToAnswer;

  /** Of all frames, given to the channel. */
  private long writtenBytes;

  private boolean closeSent;
  private boolean closed;
  private int closeCode = CloseCode.ABNORMAL;
  private String closeReason = "the connection was lost";

  /**
   * @param settings what was agreed in the handshake
   * @param listen called at once, to learn who listens; the WebSocket must not be used before it is
   *     in the pipeline
   */
  public WebSocket(
      Channel channel, WebSocketSettings settings, Function<WebSocket, WebSocketListener> listen) {
    this.channel = channel;
    this.decoder = new FrameDecoder(settings, new Frames());
    this.encoder = new FrameEncoder(settings.accepting());
    this.heartbeat = new Heartbeat(settings.heartbeat(), settings.quiet(), new Line());
    this.listener = listen.apply(this);
  }

  /** The event loop to which everything here belongs. Any thread. */
  public EventLoop eventLoop() {
    return channel.eventLoop();
  }

  /** The peer, or the proxy next to us. Any thread. */
  public SocketAddress remoteAddress() {
    return channel.remoteAddress();
  }

  /** Round trip of the last ping that was answered; null before the first. Any thread. */
  public @Nullable Duration ping() {
    return heartbeat.roundTrip();
  }

  /** Returns an empty buffer for one message of up to {@code payloadBytes}. */
  public ByteBuf allocate(int payloadBytes) {
    return FrameEncoder.allocate(channel.alloc(), payloadBytes);
  }

  /**
   * Sends {@code message}, which came from {@link #allocate}, and takes ownership of it; once
   * closing has begun it is only kept.
   *
   * @return the message as it was sent; the caller owns it
   */
  public SentMessage sendBinary(ByteBuf message) {
    int payloadIndex = message.readerIndex();
    int bytes = message.readableBytes();
    if (closeSent) {
      return new SentMessage(message, payloadIndex, bytes, 0);
    }
    ByteBuf frame = encoder.encode(Opcode.BINARY, message);
    SentMessage sent =
        new SentMessage(frame.retain(), payloadIndex, bytes, encoder.keyOf(frame, payloadIndex));
    writtenBytes += frame.readableBytes();
    channel.write(frame, channel.voidPromise());
    return sent;
  }

  /** Sends a text message at once. */
  public void sendText(String text) {
    sendControl(Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sends a ping at once; its pong comes to {@link WebSocketListener#onPong}.
   *
   * @param payload at most 125 bytes
   */
  public void sendPing(byte[] payload) {
    sendControl(Opcode.PING, payload);
  }

  public void flush() {
    channel.flush();
  }

  /** False while more than the high-water mark waits for the socket. */
  public boolean isWritable() {
    return channel.isWritable();
  }

  /** Stops or resumes reading from the socket. */
  public void setReading(boolean reading) {
    heartbeat.setListening(reading);
    channel.config().setAutoRead(reading);
  }

  /**
   * Begins the closing handshake; the second and later calls do nothing.
   *
   * @param code a code that may be on the wire
   * @param reason shown to the peer, cut at 123 bytes
   */
  public void close(int code, String reason) {
    if (closeSent || closed) {
      return;
    }
    closeCode = code;
    closeReason = reason;
    sendClose(code, reason);
    // Reading resumes so that the peer's close frame can come in.
    setReading(true);
    LingeringClose.closeWithin(CLOSE_TIMEOUT, channel);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    heartbeat.start(ctx);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    heartbeat.stop();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      heartbeat.received();
      if (!closed) {
        decoder.decode(in);
      }
    } catch (WebSocketException e) {
      fail(e.closeCode(), String.valueOf(e.getMessage()));
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!closed) {
      listener.onReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (isWritable() && pingToAnswer != null) {
      pong(pingToAnswer);
    }
    if (!closed) {
      listener.onWritabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    boolean ofTheLine = cause instanceof IOException || cause instanceof DecoderException;
    if (!ofTheLine && !closed) {
      log.error("WebSocket with {} fails on a defect", remoteAddress(), cause);
      fail(CloseCode.INTERNAL_ERROR, "an internal error");
      return;
    }
    if (!closeSent) {
      closeReason = "the connection failed: " + ForeignText.printable(String.valueOf(cause));
    }
    channel.close();
  }

  /** Fails the connection (RFC 6455 §7.1.7): says why and hangs up without waiting. */
  private void fail(int code, String reason) {
    if (closed) {
      return;
    }
    if (closeSent) {
      channel.close();
    } else {
      closeCode = code;
      closeReason = reason;
      sendClose(code, reason);
      LingeringClose.begin(channel);
    }
    ended();
  }

  private void ended() {
    if (!closed) {
      closed = true;
      heartbeat.stop();
      listener.onClosed(closeCode, closeReason);
    }
  }

  private void sendClose(int code, String reason) {
    closeSent = true;
    send(Opcode.CLOSE, new CloseFrame(code, reason).payload());
  }

  private void sendControl(int opcode, byte[] payload) {
    if (!closeSent) {
      send(opcode, payload);
    }
  }

  private void send(int opcode, byte[] payload) {
    ByteBuf frame = encoder.encode(opcode, allocate(payload.length).writeBytes(payload));
    writtenBytes += frame.readableBytes();
    channel.writeAndFlush(frame, channel.voidPromise());
  }

  private void pong(byte[] payload) {
    pingToAnswer = isWritable() ? null : payload;
    if (pingToAnswer == null) {
      sendControl(Opcode.PONG, payload);
    }
  }

  private void closeAfterFlush() {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    LingeringClose.closeWithin(CLOSE_TIMEOUT, channel);
  }

  private final class Line implements Heartbeat.Line {
    @Override
    public void ping(byte[] payload) {
      if (isWritable()) { // else what waits for the socket is as good a sign of life
        sendControl(Opcode.PING, payload);
      }
    }

    @Override
    public boolean isFull() {
      return !isWritable();
    }

    @Override
    public long takenBytes() {
      ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
      return waiting == null
          ? writtenBytes
          : writtenBytes - waiting.totalPendingWriteBytes() + waiting.currentProgress();
    }

    @Override
    public void onDead(String why) {
      fail(CloseCode.HEARTBEAT_LOST, why + " for longer than the heartbeat allows");
    }
  }

  private final class Frames implements FrameListener {
    @Override
    public void onBinary(ByteBuf piece) {
      if (closed) {
        piece.release();
      } else {
        listener.onBinary(piece);
      }
    }

    @Override
    public void onBinaryEnd() {
      if (!closed) {
        listener.onBinaryEnd();
      }
    }

    @Override
    public void onText(String text) {
      if (!closed) {
        listener.onText(text);
      }
    }

    @Override
    public void onPing(byte[] payload) {
      pong(payload);
    }

    @Override
    public void onPong(byte[] payload) {
      heartbeat.ponged(payload); // as every byte received, it is counted as life already
      if (!closed) {
        listener.onPong(payload);
      }
    }

    @Override
    public void onClose(int code, String reason) {
      if (!closeSent) {
        closeCode = code;
        closeReason = ForeignText.printable(reason);
        sendClose(code == CloseCode.NO_STATUS ? CloseCode.NORMAL : code, "");
      }
      closeAfterFlush();
      ended();
    }
  }
}
