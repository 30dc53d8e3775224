package dev.penstock.client.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.client.names.Digest;
import dev.penstock.client.registry.FakeHttpServer.Handler;
import dev.penstock.client.registry.FakeHttpServer.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A registry on loopback that does what the specification says, but for the paths that a test gives
 * another handler.
 */
public final class FakeRegistry implements AutoCloseable {
  public static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

  private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
  private final Map<String, Handler> overrides = new ConcurrentHashMap<>();
  private volatile @Nullable Handler gate;
  private final FakeHttpServer server;

  public FakeRegistry() throws IOException {
    server = new FakeHttpServer(this::answer);
  }

  public static byte[] bytes(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }

  public URI uri() {
    return server.uri();
  }

  public List<Request> requests() {
    return server.requests();
  }

  public FakeHttpServer server() {
    return server;
  }

  /** Puts a blob into team/app. */
  public Digest blob(byte[] content) {
    Digest digest = Digest.of(content);
    contents.put(blobPath(digest), content);
    return digest;
  }

  /** Puts a manifest into team/app, under its digest and this tag. */
  public Digest manifest(String tag, String json) {
    Digest digest = Digest.of(json.getBytes(UTF_8));
    contents.put("/v2/team/app/manifests/" + tag, json.getBytes(UTF_8));
    contents.put("/v2/team/app/manifests/" + digest, json.getBytes(UTF_8));
    return digest;
  }

  public static String blobPath(Digest digest) {
    return "/v2/team/app/blobs/" + digest;
  }

  /** This path is answered by that handler. */
  public void on(String path, Handler handler) {
    overrides.put(path, handler);
  }

  /** Asked before all: a handler that writes nothing lets the request pass. */
  public void gate(Handler handler) {
    gate = handler;
  }

  private void answer(Request request, OutputStream out) throws IOException, InterruptedException {
    CountingStream counted = new CountingStream(out);
    Handler first = gate;
    if (first != null) {
      first.answer(request, counted);
    }
    if (counted.count == 0) {
      overrides.getOrDefault(request.path(), this::serve).answer(request, out);
    }
  }

  /** The regular answer. */
  public void serve(Request request, OutputStream out) throws IOException {
    byte[] content = contents.get(request.path());
    if (content == null) {
      String error = "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"message\":\"no such thing\"}]}";
      FakeHttpServer.reply(out, 404, Map.of(), error.getBytes(UTF_8));
      return;
    }
    Map<String, String> headers = new HashMap<>();
    headers.put("Docker-Content-Digest", Digest.of(content).value());
    boolean isManifest = request.path().contains("/manifests/");
    headers.put("Content-Type", isManifest ? MANIFEST_TYPE + "; charset=utf-8" : "text/x-blob");
    String range = request.header("Range");
    if (request.method().equals("HEAD")) {
      headers.put("Content-Length", Integer.toString(content.length));
      FakeHttpServer.reply(out, 200, headers, new byte[0]);
    } else if (range == null) {
      FakeHttpServer.reply(out, 200, headers, content);
    } else {
      replyRange(out, range, content, headers);
    }
  }

  private static void replyRange(
      OutputStream out, String range, byte[] content, Map<String, String> headers)
      throws IOException {
    String[] ends = range.substring("bytes=".length()).split("-", 2);
    long first = Long.parseLong(ends[0]);
    long last = ends[1].isEmpty() ? Long.MAX_VALUE : Long.parseLong(ends[1]);
    if (first >= content.length) {
      headers.put("Content-Range", "bytes */" + content.length);
      FakeHttpServer.reply(out, 416, headers, "out of range".getBytes(UTF_8));
      return;
    }
    int end = (int) Math.min(last, content.length - 1) + 1;
    headers.put("Content-Range", "bytes %d-%d/%d".formatted(first, end - 1, content.length));
    FakeHttpServer.reply(out, 206, headers, Arrays.copyOfRange(content, (int) first, end));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private static final class CountingStream extends OutputStream {
    private final OutputStream out;
    long count;

    CountingStream(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      count++;
      out.write(b);
    }

    @Override
    public void write(byte[] b, int offset, int length) throws IOException {
      count += length;
      out.write(b, offset, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
