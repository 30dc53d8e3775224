package dev.penstock.tunnel.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.tunnel.websocket.RawFrame;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A probe on a plain socket, which need not keep to any rule. Every read is bounded. */
final class RawProbe implements AutoCloseable {
  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final String head;

  /** One frame of the server. */
  static final class Frame {
    private final int opcode;
    private final byte[] payload;

    Frame(int opcode, byte[] payload) {
      this.opcode = opcode;
      this.payload = payload;
    }

    int opcode() {
      return opcode;
    }

    byte[] payload() {
      return payload;
    }

    String text() {
      return new String(payload, UTF_8);
    }

    int closeCode() {
      return ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
    }

    String closeReason() {
      return new String(payload, 2, payload.length - 2, UTF_8);
    }

    static Frame read(DataInputStream in) throws IOException {
      int opcode = in.readUnsignedByte() & 0x0f;
      long length = in.readUnsignedByte();
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = in.readLong();
      }
      byte[] payload = new byte[(int) length];
      in.readFully(payload);
      return new Frame(opcode, payload);
    }
  }

  RawProbe(InetSocketAddress server) throws IOException {
    this(server, "Penstock-Probe: raw-1\r\n");
  }

  RawProbe(InetSocketAddress server, String headers) throws IOException {
    this(server, "acme", headers);
  }

  RawProbe(InetSocketAddress server, String tunnelId, String headers) throws IOException {
    socket.setReceiveBufferSize(64 * 1024);
    socket.connect(server, (int) ProbeFixture.PATIENCE.toMillis());
    socket.setSoTimeout((int) ProbeFixture.PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    write(
        ("GET /tunnel/v1/"
                + tunnelId
                + " HTTP/1.1\r\nHost: me\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Protocol: penstock.probe.v1\r\n"
                + "Authorization: Bearer hush-"
                + tunnelId
                + "\r\n"
                + headers
                + "\r\n")
            .getBytes(ISO_8859_1));
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    while (!read.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      read.write(in.readByte());
    }
    head = read.toString(ISO_8859_1);
  }

  String head() {
    return head;
  }

  /** Of an answer that ends the connection. */
  String readBody() throws IOException {
    return new String(in.readAllBytes(), UTF_8);
  }

  RawProbe send(RawFrame frame) throws IOException {
    write(frame.masked().bytes());
    return this;
  }

  RawProbe text(String text) throws IOException {
    return send(RawFrame.text(text));
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  Frame read() throws IOException {
    return Frame.read(in);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
