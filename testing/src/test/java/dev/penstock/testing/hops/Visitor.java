package dev.penstock.testing.hops;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that writes its own bytes, so that a test sees what a hop makes of them. */
final class Visitor implements AutoCloseable {
  static final Duration BOUND = Duration.ofSeconds(30);
  static final String PATH = "/tunnel/v1/acme";
  private static final byte[] MASKING_KEY = {1, 2, 3, 4};

  private final Socket socket;
  private final DataInputStream in;

  private Visitor(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  static Visitor at(InetSocketAddress address) throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout((int) BOUND.toMillis());
    return new Visitor(socket);
  }

  /**
   * An answer.
   *
   * @param head as it came, status line included
   */
  record Answer(String head, String body) {
    int status() {
      return Integer.parseInt(head.split(" ", 3)[1]);
    }

    JsonObject arrived() {
      return JsonParser.parseString(body).getAsJsonObject().getAsJsonObject("arrived");
    }

    /** The value of a header as it arrived at the endpoint; null if it did not. */
    @Nullable String header(String name) {
      for (JsonElement each : arrived().getAsJsonArray("headers")) {
        JsonObject header = each.getAsJsonObject();
        if (header.get("name").getAsString().equalsIgnoreCase(name)) {
          return header.get("value").getAsString();
        }
      }
      return null;
    }

    String version() {
      return arrived().get("version").getAsString();
    }
  }

  /** A proper upgrade; the answer's body, too, unless it is 101. */
  Answer upgrade(String... more) throws IOException {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "GET " + PATH + " HTTP/1.1",
                "Host: penstock.example:8080",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Protocol: penstock.v1",
                "Authorization: Bearer not-to-be-shown"));
    lines.addAll(List.of(more));
    return ask(lines.toArray(String[]::new));
  }

  /** A plain request. */
  Answer get(String path, String... more) throws IOException {
    List<String> lines = new ArrayList<>(List.of("GET " + path + " HTTP/1.1", "Host: x"));
    lines.addAll(List.of(more));
    return ask(lines.toArray(String[]::new));
  }

  Answer ask(String... lines) throws IOException {
    send((String.join("\r\n", lines) + "\r\n\r\n").getBytes(UTF_8));
    String head = readHead();
    boolean open = head.startsWith("HTTP/1.1 101") || head.contains("Connection established");
    return new Answer(head, open ? "" : readToEnd());
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Sends a final, masked binary frame. */
  void sendBinary(byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
    frame.put((byte) 0x82).put((byte) (0x80 | 127)).putLong(payload.length).put(MASKING_KEY);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ MASKING_KEY[i % MASKING_KEY.length]));
    }
    // RFC 6455 wants the shortest form; Netty's decoder insists on it.
    send(payload.length > 0xffff ? frame.array() : shortest(payload));
  }

  private static byte[] shortest(byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate((payload.length < 126 ? 6 : 8) + payload.length);
    frame.put((byte) 0x82);
    if (payload.length < 126) {
      frame.put((byte) (0x80 | payload.length));
    } else {
      frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
    }
    frame.put(MASKING_KEY);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ MASKING_KEY[i % MASKING_KEY.length]));
    }
    return frame.array();
  }

  /** A frame as it came. */
  static final class Frame {
    private final int opcode;
    private final byte[] payload;

    private Frame(int opcode, byte[] payload) {
      this.opcode = opcode;
      this.payload = payload;
    }

    /** RFC 6455 §5.2. */
    int opcode() {
      return opcode;
    }

    byte[] payload() {
      return payload;
    }

    int closeCode() {
      return ByteBuffer.wrap(payload).getChar();
    }
  }

  Frame readFrame() throws IOException {
    int opcode = in.readUnsignedByte() & 0xf;
    int length = in.readUnsignedByte() & 0x7f;
    long bytes =
        switch (length) {
          case 126 -> in.readUnsignedShort();
          case 127 -> in.readLong();
          default -> length;
        };
    byte[] payload = new byte[Math.toIntExact(bytes)];
    in.readFully(payload);
    return new Frame(opcode, payload);
  }

  String readHead() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(US_ASCII).endsWith("\r\n\r\n")) {
      head.write(in.readUnsignedByte());
    }
    return head.toString(US_ASCII);
  }

  String readToEnd() throws IOException {
    return new String(in.readAllBytes(), UTF_8);
  }

  byte[] readBytesToEnd() throws IOException {
    return in.readAllBytes();
  }

  /** Nothing more is going to be sent. */
  void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
