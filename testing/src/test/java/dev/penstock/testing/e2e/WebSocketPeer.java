package dev.penstock.testing.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A peer on the server's public port that sends exactly the bytes a test gives it, right or wrong.
 * Each read is bounded by the time given at the start.
 */
final class WebSocketPeer implements AutoCloseable {
  private static final int OPCODE_CLOSE = 0x8;
  private static final int NO_CODE = 1005; // RFC 6455 §7.1.5
  private static final byte[] MASKING_KEY = {0x12, 0x34, 0x56, 0x78};

  private final Socket socket;
  private final DataInputStream in;

  private WebSocketPeer(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  static WebSocketPeer connect(InetSocketAddress address, Duration readBound) throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout((int) readBound.toMillis());
    return new WebSocketPeer(socket);
  }

  /** Sends a proper upgrade for the tunnel. */
  void sendUpgrade(String tunnel, String token) throws IOException {
    sendHead(
        "GET /tunnel/v1/" + tunnel + " HTTP/1.1",
        "Host: " + socket.getInetAddress().getHostAddress() + ":" + socket.getPort(),
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol: penstock.v1",
        "Penstock-Instance: raw-peer",
        "Authorization: Bearer " + token);
  }

  /** Sends a request's head. */
  void sendHead(String... lines) throws IOException {
    send((String.join("\r\n", lines) + "\r\n\r\n").getBytes(UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Sends a final, masked frame (RFC 6455 §5.2) of fewer than 126 bytes. */
  void sendFrame(int opcode, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(2 + MASKING_KEY.length + payload.length);
    frame.put((byte) (0x80 | opcode)).put((byte) (0x80 | payload.length)).put(MASKING_KEY);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ MASKING_KEY[i % MASKING_KEY.length]));
    }
    send(frame.array().clone());
  }

  /** Sends the head of a final, masked binary frame that announces so many bytes, and none. */
  void sendBinaryHead(long payloadBytes) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(14);
    head.put((byte) 0x82).put((byte) (0x80 | 127)).putLong(payloadBytes).put(MASKING_KEY);
    send(head.array().clone());
  }

  /** Reads a response's head, up to the empty line. */
  String readHead() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(US_ASCII).endsWith("\r\n\r\n")) {
      head.write(in.readUnsignedByte());
    }
    return head.toString(US_ASCII);
  }

  /** Reads frames until a close frame comes, and returns its code. */
  int awaitCloseCode() throws IOException {
    while (true) {
      int opcode = in.readUnsignedByte() & 0xF;
      byte[] payload = in.readNBytes(payloadLength(in.readUnsignedByte() & 0x7F));
      if (opcode == OPCODE_CLOSE) {
        return payload.length < 2 ? NO_CODE : ByteBuffer.wrap(payload).getChar();
      }
    }
  }

  private int payloadLength(int shortForm) throws IOException {
    return switch (shortForm) {
      case 126 -> in.readUnsignedShort();
      case 127 -> Math.toIntExact(in.readLong());
      default -> shortForm;
    };
  }

  /** Reads text until the server closes the connection in an orderly way. */
  String readToEnd() throws IOException {
    return new String(in.readAllBytes(), UTF_8);
  }

  /** Waits until the server has closed the connection, whatever it sends before. */
  void awaitEnd() throws IOException {
    try {
      while (true) {
        in.readByte();
      }
    } catch (EOFException | java.net.SocketException e) {
      // An orderly end, or a reset: closed either way.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
