package dev.penstock.tunnel.websocket;

import static dev.penstock.tunnel.websocket.WebSocketException.protocolError;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;

/**
 * Cuts the bytes of a connection into frames (RFC 6455 §5) and hands payload on as it arrives.
 *
 * <p>Payload of binary messages is unmasked in the buffer in which the socket delivered it and
 * passed on as a slice of it: nothing waits for the end of a message and nothing is copied. Text
 * and control frames are small and are collected. A binary message may come in any number of
 * fragments, as an intermediary may have cut it, but in all it is at most {@code maxMessageBytes}.
 *
 * <p>After an exception the decoder is spent. Event loop only.
 */
final class FrameDecoder {
  private static final int NO_MESSAGE = -1;

  private final FrameHeader header;
  private final int maxMessageBytes;
  private final int maxTextBytes;
  private final FrameListener listener;
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream(128);
  private final ByteArrayOutputStream text = new ByteArrayOutputStream(128);

  private boolean inPayload;
  private long payloadLeft;
  private int key;

  /** Opcode of the data message under way, across its fragments. */
  private int messageOpcode = NO_MESSAGE;

  private long messageBytes;

  /** After the peer's close frame nothing of what it sends counts (RFC 6455 §5.5.1). */
  private boolean closeReceived;

  FrameDecoder(WebSocketSettings settings, FrameListener listener) {
    this.header = new FrameHeader(settings.accepting());
    this.maxMessageBytes = settings.maxMessageBytes();
    this.maxTextBytes = settings.maxTextBytes();
    this.listener = listener;
  }

  /** Takes all that counts from {@code in}, which stays the caller's to release. */
  void decode(ByteBuf in) throws WebSocketException {
    while (!closeReceived && (in.isReadable() || (inPayload && payloadLeft == 0))) {
      if (inPayload) {
        readPayload(in);
      } else if (header.read(in)) {
        beginFrame();
      }
    }
  }

  private void beginFrame() throws WebSocketException {
    if (!Opcode.isControl(header.opcode())) {
      beginDataFrame();
    }
    payloadLeft = header.payloadLength();
    key = header.maskingKey();
    inPayload = true;
  }

  private void beginDataFrame() throws WebSocketException {
    boolean continuation = header.opcode() == Opcode.CONTINUATION;
    if (continuation == (messageOpcode == NO_MESSAGE)) {
      throw protocolError(
          continuation
              ? "a continuation without a message to continue"
              : "a new message before the end of the last one");
    }
    if (!continuation) {
      messageOpcode = header.opcode();
      messageBytes = 0;
    }
    messageBytes += header.payloadLength();
    int limit = messageOpcode == Opcode.TEXT ? maxTextBytes : maxMessageBytes;
    if (messageBytes > limit || messageBytes < 0) {
      throw new WebSocketException(
          CloseCode.MESSAGE_TOO_BIG,
          "a message of at least " + messageBytes + " bytes; at most " + limit + " are taken");
    }
  }

  private void readPayload(ByteBuf in) throws WebSocketException {
    int length = (int) Math.min(payloadLeft, in.readableBytes());
    if (length > 0) {
      key = Masking.apply(in, in.readerIndex(), length, key);
      payloadLeft -= length;
      deliver(in, length);
    }
    if (payloadLeft == 0) {
      endFrame();
    }
  }

  private void deliver(ByteBuf in, int length) {
    if (!Opcode.isControl(header.opcode()) && messageOpcode == Opcode.BINARY) {
      listener.onBinary(in.readRetainedSlice(length));
      return;
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    collected.writeBytes(bytes);
  }

  private void endFrame() throws WebSocketException {
    byte[] payload = collected.toByteArray();
    collected.reset();
    inPayload = false;
    boolean isFinal = header.isFinal();
    int opcode = header.opcode();
    header.reset();
    switch (opcode) {
      case Opcode.PING -> listener.onPing(payload);
      case Opcode.PONG -> listener.onPong(payload);
      case Opcode.CLOSE -> endClose(payload);
      default -> endDataFrame(payload, isFinal);
    }
  }

  private void endDataFrame(byte[] payload, boolean isFinal) throws WebSocketException {
    if (messageOpcode == Opcode.TEXT) {
      text.writeBytes(payload);
      if (isFinal) {
        byte[] whole = text.toByteArray();
        text.reset();
        listener.onText(Utf8.decode(whole, 0));
      }
    } else if (isFinal) {
      listener.onBinaryEnd();
    }
    if (isFinal) {
      messageOpcode = NO_MESSAGE;
    }
  }

  private void endClose(byte[] payload) throws WebSocketException {
    closeReceived = true;
    CloseFrame close = CloseFrame.parse(payload);
    listener.onClose(close.code(), close.reason());
  }
}
