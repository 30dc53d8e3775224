package dev.penstock.client.doctor.path;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.net.ServerSocketFactory;

/**
 * Something on loopback that answers each request by a rule: bytes, or nothing for silence. It
 * leaves connections open, as those who keep silent do.
 */
final class FakePeer implements AutoCloseable {
  /** To begin an answer with, of one that ends the connection after it. */
  static final String THEN_CLOSE = "THEN CLOSE ";

  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final ServerSocket listening;
  private final Function<String, String> rule;
  private final String greeting;
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private FakePeer(ServerSocketFactory sockets, String greeting, Function<String, String> rule)
      throws IOException {
    this.greeting = greeting;
    this.listening = sockets.createServerSocket(0, 50, InetAddress.getByAddress(LOOPBACK));
    this.rule = rule;
    begin(this::accept);
  }

  /** By the head of a request, what to answer. */
  static FakePeer answering(Function<String, String> rule) throws IOException {
    return new FakePeer(ServerSocketFactory.getDefault(), "", rule);
  }

  static FakePeer answering(ServerSocketFactory sockets, Function<String, String> rule)
      throws IOException {
    return new FakePeer(sockets, "", rule);
  }

  /** One that speaks before it is spoken to, and then no more. */
  static FakePeer greeting(String bytes) throws IOException {
    return new FakePeer(ServerSocketFactory.getDefault(), bytes, head -> "");
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Of the requests that came, in order. */
  List<String> heads() {
    return heads;
  }

  /** The value of a header in a head; empty if it is not there. */
  static String header(String head, String name) {
    return head.lines()
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  private void accept() {
    try {
      while (!listening.isClosed()) {
        Socket socket = listening.accept();
        open.add(socket);
        begin(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try {
      write(socket, greeting);
      String head = head(new BufferedInputStream(socket.getInputStream()));
      if (head.isEmpty()) {
        return;
      }
      heads.add(head);
      String answer = rule.apply(head);
      boolean isLast = answer.startsWith(THEN_CLOSE);
      String bytes = isLast ? answer.substring(THEN_CLOSE.length()) : answer;
      write(socket, bytes);
      if (isLast) {
        socket.close();
      }
    } catch (IOException e) {
      // the other end has gone, or shakes no hands
    }
  }

  private static void write(Socket socket, String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int next = in.read();
    while (next >= 0) {
      head.write(next);
      String text = head.toString(StandardCharsets.ISO_8859_1);
      if (text.endsWith("\r\n\r\n")) {
        return text;
      }
      next = in.read();
    }
    return "";
  }

  private static void begin(Runnable work) {
    Thread thread = new Thread(work, "fake-peer");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
