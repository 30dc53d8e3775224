package dev.penstock.tunnel.session;

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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Answers each upgrade with the same words; the connection stays open until the dialer hangs up.
 */
final class RawAcceptor implements AutoCloseable {
  private static final String ACCEPT_VALUE = "{accept}";
  private static final String KEY = "Sec-WebSocket-Key: ";

  final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
  private final CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
  private final ServerSocket listener;
  private final Thread thread;

  RawAcceptor(String answer) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread = new Thread(() -> run(answer), "raw-acceptor");
    thread.start();
  }

  /** A 101 that is right but for {@code headers}. */
  static String switched(String headers) {
    String head =
        """
        HTTP/1.1 101 Switching Protocols
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Accept: {accept}
        Sec-WebSocket-Protocol: penstock.v1
        """;
    return head.replace("\n", "\r\n") + headers + "\r\n\r\n";
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** True once a dialer has closed its connection. */
  boolean awaitHangUp() {
    return hungUp.completeOnTimeout(false, 20, TimeUnit.SECONDS).join();
  }

  private void run(String answer) {
    try {
      while (true) {
        try (Socket socket = listener.accept()) {
          serve(socket, answer);
        }
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void serve(Socket socket, String answer) throws IOException {
    socket.setSoTimeout((int) AcceptorFixture.PATIENCE.toMillis());
    String request = readHead(socket.getInputStream());
    requests.add(request);
    String text = answer.replace(ACCEPT_VALUE, accept(request));
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getInputStream().readAllBytes();
    hungUp.complete(true);
  }

  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    for (int octet = in.read(); octet >= 0; octet = in.read()) {
      head.write(octet);
      if (head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
        break;
      }
    }
    return head.toString(ISO_8859_1);
  }

  private static String accept(String request) {
    String key =
        request
            .lines()
            .filter(line -> line.regionMatches(true, 0, KEY, 0, KEY.length()))
            .map(line -> line.substring(KEY.length()).trim())
            .findFirst()
            .orElse("");
    try {
      byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    try {
      thread.join(AcceptorFixture.PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
