package dev.penstock.tunnel.websocket.dial;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A server of one scripted conversation per connection, on plain sockets and a thread that ends
 * with {@link #close}.
 */
public final class FakePeer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  /** What it does with a connection; what is left open is closed with the peer. */
  public interface Script {
    void play(Socket socket) throws IOException;
  }

  /** The heads of the requests that came in. */
  public final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

  private final ServerSocket listener;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final Thread thread;

  public FakePeer(Script script) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread = new Thread(() -> run(script), "fake-peer");
    thread.start();
  }

  /** Takes connections and says nothing. */
  public static FakePeer silent() throws IOException {
    return new FakePeer(socket -> {});
  }

  /** Reads a request and answers with {@code answer}; {@code %s} is the right accept value. */
  public static FakePeer answering(String answer) throws IOException {
    FakePeer[] self = new FakePeer[1];
    self[0] =
        new FakePeer(
            socket -> {
              String request = readHead(socket.getInputStream());
              self[0].requests.add(request);
              byte[] bytes = answer.replace("%s", accept(request)).getBytes(ISO_8859_1);
              socket.getOutputStream().write(bytes);
            });
    return self[0];
  }

  /** A text block with the line ends of HTTP. */
  public static String http(String lines) {
    return lines.replace("\n", "\r\n");
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** The last connection, once the other end has closed it; fails when it does not. */
  public void awaitHangUp() throws IOException {
    Socket last = sockets.get(sockets.size() - 1);
    last.setSoTimeout(PATIENCE_MILLIS);
    last.getInputStream().readAllBytes();
  }

  public static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int octet = in.read();
      if (octet < 0) {
        return head.toString(ISO_8859_1);
      }
      head.write(octet);
    }
    return head.toString(ISO_8859_1);
  }

  /** {@code Sec-WebSocket-Accept} for the key in a request (RFC 6455 §4.2.2); empty without one. */
  public static String accept(String request) {
    String key =
        request
            .lines()
            .filter(line -> line.regionMatches(true, 0, "Sec-WebSocket-Key:", 0, 18))
            .map(line -> line.substring(18).trim())
            .findFirst()
            .orElse("");
    try {
      byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void run(Script script) {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        socket.setSoTimeout(PATIENCE_MILLIS);
        script.play(socket);
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    try {
      thread.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
