package dev.penstock.tunnel.websocket.accept;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A plain socket that says what it is told to, and reads what comes back. Every read is bounded.
 */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket = new Socket();
  private final InputStream in;

  RawClient(InetSocketAddress server) throws IOException {
    socket.connect(server, PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = socket.getInputStream();
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Reads the status line and headers of the answer. */
  String readHead() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      head.write(readByte());
    }
    return head.toString(ISO_8859_1);
  }

  /** Reads until the server has shut down its direction; an orderly end, or it throws. */
  byte[] readToEnd() throws IOException {
    return in.readAllBytes();
  }

  /** Reads one short frame of the server; its first byte is the opcode's. */
  byte[] readFrame() throws IOException {
    int first = readByte();
    int length = readByte();
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(first);
    for (int i = 0; i < length; i++) {
      frame.write(readByte());
    }
    return frame.toByteArray();
  }

  private int readByte() throws IOException {
    int octet = in.read();
    if (octet < 0) {
      throw new EOFException("the server closed the connection");
    }
    return octet;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
