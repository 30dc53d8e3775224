package dev.penstock.client.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server on loopback whose handler writes raw bytes, and so can break every rule; one
 * thread a connection. It keeps what was asked of it.
 */
public final class FakeHttpServer implements AutoCloseable {

  /** Header names in lower case. */
  public record Request(String method, String target, Map<String, String> headers) {
    public String path() {
      return URI.create(target).getPath();
    }

    public @Nullable String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }
  }

  /** Writes one response; throwing closes the connection. */
  public interface Handler {
    void answer(Request request, OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;
  private final Handler handler;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  public FakeHttpServer(Handler handler) throws IOException {
    this.handler = handler;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** E.g. {@code http://127.0.0.1:40001}. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  public List<Request> requests() {
    return requests;
  }

  public int connectionCount() {
    return connections.size();
  }

  /** A complete response; a Content-Length given by hand stands. */
  public static void reply(OutputStream out, int status, Map<String, String> headers, byte[] body)
      throws IOException {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.put("Content-Length", Integer.toString(body.length));
    all.putAll(headers);
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" Status\r\n");
    all.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    out.write(body);
    out.flush();
  }

  public static void reply(OutputStream out, int status) throws IOException {
    reply(out, status, Map.of(), new byte[0]);
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listener.accept();
        connections.add(connection);
        start(() -> serve(connection));
      }
    } catch (IOException e) {
      // Closed: the end of the test.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        Request request = read(line, in);
        if (request == null) {
          reply(connection.getOutputStream(), 400);
          return;
        }
        requests.add(request);
        handler.answer(request, connection.getOutputStream());
      }
    } catch (IOException | InterruptedException e) {
      // The handler's or the test's wish to close.
    }
  }

  /** Null: it is no HTTP/1.1, such as the beginning of TLS. */
  private static @Nullable Request read(String requestLine, InputStream in) throws IOException {
    String[] parts = requestLine.split(" ", 3);
    if (parts.length < 3 || !parts[2].startsWith("HTTP/1.")) {
      return null;
    }
    Map<String, String> headers = new TreeMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String[] pair = header.split(":", 2);
      if (pair.length < 2) {
        return null;
      }
      headers.put(pair[0].toLowerCase(Locale.ROOT), pair[1].strip());
    }
    return new Request(parts[0], parts[1], headers);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private void start(Runnable task) {
    Thread thread = new Thread(task, "fake-http");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  /** Closes all connections and wakes handlers that wait. */
  @Override
  public void close() throws IOException {
    listener.close();
    threads.forEach(Thread::interrupt);
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
